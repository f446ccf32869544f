namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>What a request has to ask for so that an option means anything.</summary>
/// <typeparam name="T">The request.</typeparam>
/// <param name="Holds">Whether it does.</param>
/// <param name="Refusal">
/// What is wrong otherwise, after the option's name, such as <c>is for --compact alone</c>.
/// </param>
public sealed record Requirement<T>(Predicate<T> Holds, string Refusal);

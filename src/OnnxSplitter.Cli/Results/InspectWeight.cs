namespace OnnxSplitter.Cli.Results;

/// <summary>One weight tensor of a model.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Count">Number of weights.</param>
/// <param name="Type">Element type.</param>
/// <param name="Op">The op that uses it.</param>
/// <param name="Reached">Whether a gradient reaches it.</param>
/// <param name="Reason">Why none does; null if one does.</param>
internal sealed record InspectWeight(
    string Path, IReadOnlyList<long> Dims, long Count, string Type, string Op, bool Reached, string? Reason);

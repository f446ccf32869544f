namespace OnnxSplitter.Cli.Results;

/// <summary>What keyed secrets change.</summary>
/// <param name="Rules">The rules, as <c>--rule</c> takes them.</param>
/// <param name="Tensors">How many tensors change.</param>
/// <param name="Whole">Whether all of their weights do.</param>
internal sealed record InspectKeyed(string Rules, int Tensors, bool Whole);

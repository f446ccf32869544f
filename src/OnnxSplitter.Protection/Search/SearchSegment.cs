namespace OnnxSplitter.Protection.Search;

/// <summary>Consecutive nodes of a graph that is run in segments.</summary>
/// <param name="First">Index of the first node.</param>
/// <param name="End">Index of the first node behind it.</param>
/// <param name="Gives">Values that it makes and later segments take; of the last, the output.</param>
/// <param name="Crossing">Those, and what earlier ones make and later ones take.</param>
internal sealed record SearchSegment(
    int First, int End, IReadOnlyList<string> Gives, IReadOnlyList<string> Crossing);

namespace OnnxSplitter.Worth.Cuts;

/// <summary>A place to read a network: all that crosses it.</summary>
/// <param name="Node">Index of the node after which it lies.</param>
/// <param name="Values">Names of the values that cross it.</param>
public sealed record Cut(int Node, IReadOnlyList<string> Values);

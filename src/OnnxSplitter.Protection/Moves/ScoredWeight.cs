namespace OnnxSplitter.Protection.Moves;

/// <summary>A weight that is among the highest by its score.</summary>
/// <param name="Index">Flat index in its tensor.</param>
/// <param name="Score">Its score.</param>
/// <param name="Wanted">The value that it would get.</param>
internal readonly record struct ScoredWeight(int Index, float Score, float Wanted);

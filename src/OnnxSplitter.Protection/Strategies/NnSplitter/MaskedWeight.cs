namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>A weight that may change.</summary>
/// <param name="Set">Index of its channel set.</param>
/// <param name="Position">Flat index in the set's delta.</param>
/// <param name="Index">Flat index in the tensor.</param>
/// <param name="Original">Its value.</param>
internal readonly record struct MaskedWeight(int Set, int Position, long Index, float Original);

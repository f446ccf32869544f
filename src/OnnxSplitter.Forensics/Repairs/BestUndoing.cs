using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Repairs;

/// <summary>The look at the weights that brings most back, and what it undoes.</summary>
/// <param name="Undone">What it brings back.</param>
/// <param name="Guesses">What it sets.</param>
public sealed record BestUndoing(UndoneGuesses Undone, IReadOnlyList<WeightBits> Guesses);

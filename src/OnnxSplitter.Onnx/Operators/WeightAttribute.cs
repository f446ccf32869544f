namespace OnnxSplitter.Onnx.Operators;

/// <summary>An attribute of a node that holds what was learnt: a list of floats, or a tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Multiplies">Whether the op multiplies by it, or answers with it; otherwise it adds it.</param>
/// <param name="Fixed">Why it is never changed, as the end of a sentence; null if it may be.</param>
public sealed record WeightAttribute(string Name, bool Multiplies, string? Fixed = null);

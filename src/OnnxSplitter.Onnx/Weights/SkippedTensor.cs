namespace OnnxSplitter.Onnx.Weights;

/// <summary>A weight tensor that the index leaves out.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Weights">Numbers that it holds.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
public readonly record struct SkippedTensor(string Path, long Weights, string Reason);

namespace OnnxSplitter.Onnx.Operators;

/// <summary>An input of integers that stand for numbers.</summary>
/// <param name="Weights">Index of the input.</param>
/// <param name="ZeroPoint">Index of the input of its zero points.</param>
/// <param name="Axis">The integers' axis that has a zero point each; counted from the end if negative.</param>
public sealed record QuantizedInput(int Weights, int ZeroPoint, int Axis);

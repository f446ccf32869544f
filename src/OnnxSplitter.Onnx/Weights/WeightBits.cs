namespace OnnxSplitter.Onnx.Weights;

/// <summary>The bits of one weight.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Bits">Bits of the tensor's type, in the lowest places.</param>
public readonly record struct WeightBits(WeightTensor Tensor, long Index, ulong Bits);

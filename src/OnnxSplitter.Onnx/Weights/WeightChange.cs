namespace OnnxSplitter.Onnx.Weights;

/// <summary>One weight's change. Bits are those of the tensor's type, in the lowest places.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Original">Its bits in the original model.</param>
/// <param name="Obfuscated">Its bits in the obfuscated model.</param>
public readonly record struct WeightChange(WeightTensor Tensor, long Index, ulong Original, ulong Obfuscated);

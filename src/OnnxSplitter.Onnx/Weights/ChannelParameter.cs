namespace OnnxSplitter.Onnx.Weights;

/// <summary>One of the constants that a normalisation has for each channel.</summary>
/// <param name="Input">Index of the op's input, which says what it is: scale, shift, mean or variance.</param>
/// <param name="Values">Its values.</param>
public readonly record struct ChannelParameter(int Input, StoredTensor Values);

using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>A node that normalises, and the constants that it has for each channel.</summary>
/// <param name="Operator">Its op.</param>
/// <param name="Parameters">
/// Those of floats, of one length: weight tensors of the model where they can be changed, others, such as a variance,
/// where they can't.
/// </param>
public sealed record Normalization(Operator Operator, IReadOnlyList<ChannelParameter> Parameters);

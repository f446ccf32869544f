using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Keyed;

/// <summary>A weight tensor that a key changes.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Place">Its place among the model's constants.</param>
/// <param name="Threshold">Least class of magnitude that changes; 0 for all weights.</param>
/// <param name="Weights">How many of its weights change.</param>
internal sealed record KeyedChoice(WeightTensor Tensor, int Place, int Threshold, long Weights);

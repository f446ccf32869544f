using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>The output channels of one weight tensor that may change.</summary>
/// <param name="Tensor">Weights of Conv, MatMul or Gemm ops.</param>
/// <param name="Channels">
/// Ascending: filters of a Conv; columns of a MatMul's or Gemm's B, which are the tensor's rows where it is transposed
/// on the way.
/// </param>
internal sealed record ChannelSet(WeightTensor Tensor, IReadOnlyList<int> Channels);

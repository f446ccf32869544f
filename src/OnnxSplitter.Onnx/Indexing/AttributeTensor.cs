using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>An attribute that holds what a node learnt.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Tensor">Its tensor, or its list of floats as one.</param>
/// <param name="Site">Where the values lie.</param>
/// <param name="Attribute">What the op does with it.</param>
/// <param name="Role">The same, for a weight tensor.</param>
/// <param name="TopLevel">Whether its node belongs to the main graph.</param>
internal sealed record AttributeTensor(
    string Path, TensorProto Tensor, TensorDataSite Site, WeightAttribute Attribute, WeightRole Role,
    bool TopLevel);

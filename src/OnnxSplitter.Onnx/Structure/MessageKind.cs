namespace OnnxSplitter.Onnx.Structure;

/// <summary>The messages of a model on the way to its tensors.</summary>
internal enum MessageKind
{
    Model,
    Training,
    Function,
    Graph,
    Node,
    Attribute,
    SparseTensor,
    Tensor,
}

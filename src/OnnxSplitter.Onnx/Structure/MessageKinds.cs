namespace OnnxSplitter.Onnx.Structure;

/// <summary>Which fields of messages lead to tensors, by their numbers in <c>onnx.proto</c>.</summary>
internal static class MessageKinds
{
    /// <summary>What a field holds.</summary>
    /// <returns>Null if there is no tensor in it.</returns>
    public static MessageKind? Child(MessageKind message, int field) => (message, field) switch
    {
        (MessageKind.Model, 7) => MessageKind.Graph,
        (MessageKind.Model, 20) => MessageKind.Training,
        (MessageKind.Model, 25) => MessageKind.Function,
        (MessageKind.Training, 1 or 2) => MessageKind.Graph,
        (MessageKind.Function, 7) => MessageKind.Node,
        (MessageKind.Function, 11) => MessageKind.Attribute,
        (MessageKind.Graph, 1) => MessageKind.Node,
        (MessageKind.Graph, 5) => MessageKind.Tensor,
        (MessageKind.Graph, 15) => MessageKind.SparseTensor,
        (MessageKind.Node, 5) => MessageKind.Attribute,
        (MessageKind.Attribute, 5 or 10) => MessageKind.Tensor,
        (MessageKind.Attribute, 6 or 11) => MessageKind.Graph,
        (MessageKind.Attribute, 22 or 23) => MessageKind.SparseTensor,
        (MessageKind.SparseTensor, 1 or 2) => MessageKind.Tensor,
        _ => null,
    };
}

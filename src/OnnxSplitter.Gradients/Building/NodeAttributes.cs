using Google.Protobuf;
using Onnx;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Gradients.Building;

/// <summary>Reads and makes node attributes.</summary>
internal static class NodeAttributes
{
    public static long Int(this NodeProto node, string name, long otherwise) =>
        node.Find(name)?.I ?? otherwise;

    public static float Float(this NodeProto node, string name, float otherwise) =>
        node.Find(name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) =>
        node.Find(name)?.S.ToStringUtf8() ?? otherwise;

    public static long[]? Ints(this NodeProto node, string name) =>
        node.Find(name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>Attributes of Conv (ONNX Conv-11), which fused and quantised convolutions have too.</summary>
    public static IReadOnlyCollection<string> OfConv { get; } =
        ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];

    public static AttributeProto Make(string name, object value) => value switch
    {
        long number => new() { Name = name, Type = Kind.Int, I = number },
        int number => new() { Name = name, Type = Kind.Int, I = number },
        float number => new() { Name = name, Type = Kind.Float, F = number },
        float[] numbers => new() { Name = name, Type = Kind.Floats, Floats = { numbers } },
        string[] texts =>
            new() { Name = name, Type = Kind.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
        string text => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = Kind.Ints, Ints = { numbers } },
        TensorProto tensor => new() { Name = name, Type = Kind.Tensor, T = tensor },
        _ => throw new ArgumentException($"No attribute holds a {value.GetType()}.", nameof(value)),
    };

    public static AttributeProto? Find(this NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;
using static OnnxSplitter.Tests.Gradients.Walks;

namespace OnnxSplitter.Tests.Gradients.Cases;

/// <summary>Uses of ops on quantised values, and the same on the floats that these stand for.</summary>
internal static class QuantizedCases
{
    private const string Microsoft = Operator.Microsoft;

    // x and w are floats on the grid of their codes; qx and qw are the codes, s and z scale and zero point.
    public static IReadOnlyDictionary<string, QuantizedCase> All { get; } = new Dictionary<string, QuantizedCase>
    {
        ["QDQ MatMul"] = new([3, 4], [4, 5],
            () => [Quantize(), Node("DequantizeLinear", ["qx", "s", "z"], "fx"),
                Node("DequantizeLinear", ["qw", "ws", "wz"], "w"),
                Node("MatMul", ["fx", "w"], "y")],
            () => [Node("MatMul", ["x", "w"], "y")]),
        ["QLinearConv"] = new([2, 3, 4, 4], [4, 3, 3, 3],
            () => [Quantize(), Node("QLinearConv", ["qx", "s", "z", "qw", "ws", "wz", "ys", "z"], "qy"), Dequantize()],
            () => [Node("Conv", ["x", "w"], "y")]),
        ["QLinearMatMul"] = new([3, 4], [4, 5],
            () => [Quantize(), Node("QLinearMatMul", ["qx", "s", "z", "qw", "ws", "wz", "ys", "z"], "qy"),
                Dequantize()],
            () => [Node("MatMul", ["x", "w"], "y")]),
        ["QLinearAdd"] = new([3, 4], [4],
            () => [Quantize(), Node("QLinearAdd", ["qx", "s", "z", "qw", "ws", "wz", "ys", "z"], "qy", Microsoft),
                Dequantize()],
            () => [Node("Add", ["x", "w"], "y")]),
        ["QLinearMul"] = new([3, 4], [4],
            () => [Quantize(), Node("QLinearMul", ["qx", "s", "z", "qw", "ws", "wz", "ys", "z"], "qy", Microsoft),
                Dequantize()],
            () => [Node("Mul", ["x", "w"], "y")]),
        ["QLinearConcat"] = new([3, 4], [3, 4],
            () =>
            [
                Quantize(),
                With(Node("QLinearConcat", ["ys", "z", "qx", "s", "z", "qw", "ws", "wz"], "qy", Microsoft), "axis", 1L),
                Dequantize(),
            ],
            () => [With(Node("Concat", ["x", "w"], "y"), "axis", 1L)]),
        ["MatMulInteger"] = new([3, 4], [4, 5],
            () => [Quantize(), Node("MatMulInteger", ["qx", "qw", "z", "wz"], "i"),
                With(Node("Cast", ["i"], "f"), "to", 1L),
                Node("Mul", ["f", "product"], "y")],
            () => [Node("MatMul", ["x", "w"], "y")]),
        ["ConvInteger"] = new([2, 3, 4, 4], [4, 3, 3, 3],
            () => [Quantize(), Node("ConvInteger", ["qx", "qw", "z", "wz"], "i"),
                With(Node("Cast", ["i"], "f"), "to", 1L),
                Node("Mul", ["f", "product"], "y")],
            () => [Node("Conv", ["x", "w"], "y")]),
        ["MatMulIntegerToFloat"] = new([3, 4], [4, 5],
            () => [Quantize(), Node("MatMulIntegerToFloat", ["qx", "qw", "s", "ws", "z", "wz"], "y", Microsoft)],
            () => [Node("MatMul", ["x", "w"], "y")]),
        ["DynamicQuantizeMatMul"] = new([3, 4], [4, 5],
            () => [Node("DynamicQuantizeMatMul", ["x", "qw", "ws", "wz"], "y", Microsoft)],
            () => [Node("MatMul", ["x", "w"], "y")]),
        ["DynamicQuantizeLinear"] = new([3, 4], [4, 5],
            () => [Dynamic(), Node("MatMulInteger", ["qx", "qw", "dz", "wz"], "i"),
                With(Node("Cast", ["i"], "f"), "to", 1L),
                Node("Mul", ["ds", "ws"], "scales"), Node("Mul", ["f", "scales"], "y")],
            () => [Node("MatMul", ["x", "w"], "y")]),
    };

    public static NodeProto Quantize() => Node("QuantizeLinear", ["x", "s", "z"], "qx");

    public static NodeProto Dequantize(string scale = "ys") =>
        Node("DequantizeLinear", [scale == "s" ? "qx" : "qy", scale, "z"], "y");

    public static NodeProto Dynamic()
    {
        var node = Node("DynamicQuantizeLinear", ["x"], "qx");
        node.Output.Add("ds");
        node.Output.Add("dz");
        return node;
    }

    public static NodeProto With(NodeProto node, string name, long value)
    {
        node.Attribute.Add(NodeAttributes.Make(name, value));
        return node;
    }
}

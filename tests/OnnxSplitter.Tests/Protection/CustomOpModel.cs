using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A classifier with a custom op between its layers, and the library of ONNX Runtime Extensions.</summary>
internal static class CustomOpModel
{
    /// <summary>One of that library's ops: what of its input is below zero, and what is above.</summary>
    public const string Op = "ai.onnx.contrib:NegPos";

    /// <summary>Values of an example.</summary>
    public const int Width = 16;

    /// <summary>The native library.</summary>
    public static string Library { get; } =
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "custom-ops")).Single();

    /// <summary>Weights <c>first</c> lie before the op, <c>second</c> after it.</summary>
    /// <param name="op">With its domain.</param>
    public static SmallModel Of(string op = Op) => new SmallModel().Input("x", DataType.Float, "n", Width)
        .Output("y", DataType.Float, "n", 3).Weights("first", Width, 24).Weights("second", 24, 3).Number("tenth", 0.1f)
        .Node("MatMul", ["x", "first"], "inner").Node(op, ["inner"], ["below", "above"])
        .Node("Mul", ["below", "tenth"], "less").Node("Add", ["less", "above"], "lit")
        .Node("MatMul", ["lit", "second"], "y");
}

namespace OnnxSplitter.Onnx.Operators;

/// <summary>Ops of ONNX's own on integers that stand for numbers.</summary>
internal static class QuantizedOperators
{
    public static IEnumerable<Operator> Rows =>
    [
        new("ConvInteger") { Quantized = [new(1, ZeroPoint: 3, Axis: 0)] },
        new("DequantizeLinear") { Passes = PassThrough.Dequantized },
        new("DynamicQuantizeLinear"),
        new("MatMulInteger") { Quantized = [new(0, ZeroPoint: 2, Axis: -2), new(1, ZeroPoint: 3, Axis: -1)] },
        new("QLinearConv") { Quantized = [new(3, ZeroPoint: 5, Axis: 0)] },
        new("QLinearMatMul") { Quantized = [new(0, ZeroPoint: 2, Axis: -2), new(3, ZeroPoint: 5, Axis: -1)] },
        new("QuantizeLinear") { Passes = PassThrough.Quantized },
    ];
}

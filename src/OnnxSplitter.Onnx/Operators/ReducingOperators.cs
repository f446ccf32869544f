namespace OnnxSplitter.Onnx.Operators;

/// <summary>Ops that make one value of several: reductions, sums along an axis, pooling, sampling, spectra.</summary>
internal static class ReducingOperators
{
    private const string Complex = "gradients of complex numbers are not written";

    public static IEnumerable<Operator> Rows =>
    [
        new("AffineGrid") { NoRule = OtherOperators.NotWritten },
        new("AveragePool"),
        new("CumProd") { NoRule = OtherOperators.NotWritten },
        new("CumSum"),
        new("DFT") { NoRule = Complex },
        new("GlobalAveragePool"),
        new("GlobalLpPool"),
        new("GlobalMaxPool"),
        new("GridSample"),
        new("LpPool"),
        new("MaxPool"),
        new("MaxRoiPool") { NoRule = OtherOperators.NotWritten },
        new("MaxUnpool"),
        new("ReduceL1"),
        new("ReduceL2"),
        new("ReduceLogSum"),
        new("ReduceLogSumExp"),
        new("ReduceMax"),
        new("ReduceMean"),
        new("ReduceMin"),
        new("ReduceProd"),
        new("ReduceSum"),
        new("ReduceSumSquare"),
        new("Resize"),
        new("RoiAlign"),
        new("STFT") { NoRule = Complex },
        new("Upsample") { WrittenAs = "Resize" },
    ];
}

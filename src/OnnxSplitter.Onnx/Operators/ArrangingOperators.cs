namespace OnnxSplitter.Onnx.Operators;

/// <summary>Ops that convert, move, pick or repeat values.</summary>
internal static class ArrangingOperators
{
    public static IEnumerable<Operator> Rows =>
    [
        new("BitCast") { NoDerivative = "it takes bits for those of another type" },
        new("Cast") { Passes = PassThrough.Converted },
        new("CastLike"),
        new("CenterCropPad"),
        new("Col2Im") { NoRule = OtherOperators.NotWritten },
        new("Compress"),
        new("Concat") { Passes = PassThrough.Joined },
        new("DepthToSpace"),
        new("Expand") { Passes = PassThrough.Selected, Broadcasts = true },
        new("Flatten") { Passes = PassThrough.Reshaped },
        new("Gather") { Multiplied = [0] },
        new("GatherElements"),
        new("GatherND"),
        new("Identity") { Passes = PassThrough.Unchanged },
        new("Pad") { Passes = PassThrough.Selected },
        new("Reshape") { Passes = PassThrough.Reshaped },
        new("ReverseSequence"),
        new("Scatter") { WrittenAs = "ScatterElements" },
        new("ScatterElements"),
        new("ScatterND"),
        new("Slice") { Passes = PassThrough.Selected },
        new("SpaceToDepth"),
        new("Split") { Passes = PassThrough.Selected },
        new("Squeeze") { Passes = PassThrough.Reshaped },
        new("TensorScatter") { NoRule = OtherOperators.NotWritten },
        new("Tile") { Passes = PassThrough.Selected },
        new("TopK"),
        new("Transpose") { Passes = PassThrough.Permuted },
        new("Trilu"),
        new("Unique") { NoRule = "how many values it gives depends on the data" },
        new("Unsqueeze") { Passes = PassThrough.Reshaped },
    ];
}

using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ResizeCases
{
    public static RuleCase[] All { get; } =
    [
        new("Upsample", "nearest, scales an attribute", [7, 8], [X(1, 2, 3, 2)], ("scales", (float[])[1, 1, 2, 3])),
        new("Upsample", "linear, scales an attribute", [7], [X(1, 2, 3, 2)], ("scales", (float[])[1, 1, 2, 2]),
            ("mode", "linear")),
        new("Upsample", "scales an input", [9], [X(1, 2, 3, 2), Scales(1, 1, 2, 2)]),
        new("Resize", "of opset 10, nearest", [10], [X(1, 2, 3, 2), Scales(1, 1, 2, 3)]),
        new("Resize", "of opset 10, linear", [10], [X(1, 2, 3, 2), Scales(1, 1, 2, 2)], ("mode", "linear")),
        new("Resize", "nearest, twice", [13, 18, 19], [X(2, 2, 3, 4), None, Scales(1, 1, 2, 2)],
            ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")),
        new("Resize", "of opset 11", [11], [X(2, 2, 3, 4), Floats([0]), Scales(1, 1, 2, 2)], ("mode", "linear")),
        new("Resize", "nearest, uneven", [13], [X(2, 2, 3, 4), None, Scales(1, 1, 1.7f, 2.6f)]),
        new("Resize", "nearest, smaller", [13], [X(1, 2, 6, 5), None, Scales(1, 1, 0.5f, 0.6f)],
            ("nearest_mode", "ceil")),
        new("Resize", "nearest, rounded up", [13], [X(1, 2, 4, 5), None, Scales(1, 1, 1.5f, 0.8f)],
            ("nearest_mode", "round_prefer_ceil")),
        new("Resize", "linear", [13, 19], [X(2, 2, 3, 4), None, Scales(1, 1, 2, 2)], ("mode", "linear")),
        new("Resize", "linear, corners aligned", [13], [X(1, 2, 3, 4), None, None, Ints(1, 2, 5, 7)],
            ("mode", "linear"),
            ("coordinate_transformation_mode", "align_corners")),
        new("Resize", "linear, as PyTorch", [13], [X(1, 2, 3, 4), None, None, Ints(1, 2, 1, 7)], ("mode", "linear"),
            ("coordinate_transformation_mode", "pytorch_half_pixel")),
        new("Resize", "linear, asymmetric", [13], [X(1, 2, 3, 4), None, Scales(1, 1, 2.5f, 0.5f)], ("mode", "linear"),
            ("coordinate_transformation_mode", "asymmetric")),
        new("Resize", "cubic", [13], [X(1, 1, 4, 5), None, Scales(1, 1, 2, 1.6f)], ("mode", "cubic")),
        new("Resize", "cubic, inside only", [13], [X(1, 1, 4, 5), None, Scales(1, 1, 2, 2)], ("mode", "cubic"),
            ("exclude_outside", 1L)),
        new("Resize", "chosen axes", [18], [X(1, 2, 3, 4), None, Scales(2, 3)], ("axes", L(3, 2))),
        new("Resize", "sizes", [13], [X(1, 2, 3, 4), None, None, Ints(1, 2, 6, 8)]),

        new("Pad", "attributes", [7, 10], [X(2, 3)], ("pads", L(1, 0, 2, 1)), ("value", 0.5f)),
        new("Pad", "reflect", [11, 13, 19], [X(3, 4), Ints(1, 2, 2, 3)], ("mode", "reflect")),
        new("Pad", "edge", [11, 18], [X(2, 3), Ints(1, 2, 2, 0)], ("mode", "edge")),
        new("Pad", "wrap", [19], [X(3, 4), Ints(1, 2, 2, 1)], ("mode", "wrap")),
        new("Clip", "attributes", [7, 10], [AwayFrom([-0.3f, 0.4f], 3, 4)], ("min", -0.3f), ("max", 0.4f)),
        new("Clip", "one attribute", [7], [AwayFrom([0.4f], 3, 4)], ("max", 0.4f)),
        new("Slice", "attributes", [7], [X(4, 5)], ("starts", L(1, -3)), ("ends", L(3, 100))),
        new("Slice", "attributes with axes", [7], [X(4, 5)], ("starts", L(1)), ("ends", L(3)), ("axes", L(1))),
        new("TopK", "attribute", [7], [Distinct(3, 5)], ("k", 2L)) { Outputs = 2, Used = [0] },
        new("Scatter", "plain", [9], [X(3, 3), IntsOf([2, 3], 1, 0, 2, 0, 2, 1), X(2, 3)]),
        new("Dropout", "ratio an attribute", [7, 10], [X(3, 4)], ("ratio", 0.3f)),
        new("BatchNormalization", "spatial", [7], [X(2, 3, 2), X(3), X(3), X(3), Positive(3)], ("spatial", 1L)),
        new("Softmax", "flattened rest", [7, 11], [X(2, 3, 4)], ("axis", 1L)),
        new("Softmax", "all flattened", [11], [X(2, 3)], ("axis", 0L)),
        new("LogSoftmax", "flattened rest", [9], [X(2, 3, 4)], ("axis", 1L)),
        new("ReduceSum", "axes an attribute", [7, 11], [X(2, 3, 4)], ("axes", L(1, 2)), ("keepdims", 0L)),
        new("ReduceMean", "axes an attribute", [7, 17], [X(2, 3, 4)], ("axes", L(0, 2))),
        new("Squeeze", "axes an attribute", [7], [X(2, 1, 4)], ("axes", L(1))),
        new("Unsqueeze", "axes an attribute", [7], [X(2, 4)], ("axes", L(1))),
        new("Split", "sizes an attribute", [7], [X(2, 5)], ("axis", 1L), ("split", L(2, 3))) { Outputs = 2 },
        new("Split", "equal parts", [7, 13], [X(2, 6)], ("axis", 1L)) { Outputs = 3 },
    ];

    private static Operand Scales(params float[] values) => Floats([values.Length], values);
}

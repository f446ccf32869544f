using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ArrangementCases
{
    public static RuleCase[] All { get; } =
    [
        new("Pad", "plain", [11, 13, 18], [X(2, 3), Ints(1, 0, 2, 1)]),
        new("Pad", "value", [11, 13], [X(2, 3), Ints(1, 0, 2, 1), Floats([], 3)]),
        new("Pad", "crops", [11, 18], [X(3, 4), Ints(-1, 1, 0, -2)]),
        new("Pad", "axes an input", [18, 21], [X(2, 3, 4), Ints(1, 2, 0, 1), None, Ints(-1, 0)]),
        new("Tile", "plain", [11, 13], [X(2, 3), Ints(3, 2)]),
        new("Tile", "one axis", [13], [X(2, 1, 3), Ints(1, 4, 1)]),
        new("DepthToSpace", "DCR", [11, 13], [X(2, 8, 2, 3)], ("blocksize", 2L)),
        new("DepthToSpace", "CRD", [11, 13], [X(1, 18, 2, 2)], ("blocksize", 3L), ("mode", "CRD")),
        new("SpaceToDepth", "plain", [11, 13], [X(2, 2, 4, 6)], ("blocksize", 2L)),
        new("Trilu", "upper", [14], [X(3, 4)]),
        new("Trilu", "lower, shifted", [14], [X(2, 4, 3), IntsOf([], -1)], ("upper", 0L)),
        new("CumSum", "plain", [11, 14], [X(3, 4), IntsOf([], 1)]),
        new("CumSum", "exclusive", [11], [X(3, 4), IntsOf([], 0)], ("exclusive", 1L)),
        new("CumSum", "reverse", [14], [X(3, 4), IntsOf([], -1)], ("reverse", 1L)),
        new("CumSum", "exclusive and reverse", [14], [X(3, 4), IntsOf([], 0)], ("exclusive", 1L), ("reverse", 1L)),

        new("ReverseSequence", "time first", [10], [X(4, 3, 2), IntsOf([3], 4, 2, 1)], ("time_axis", 0L),
            ("batch_axis", 1L)),
        new("ReverseSequence", "batch first", [18], [X(3, 4), IntsOf([3], 4, 2, 3)], ("time_axis", 1L),
            ("batch_axis", 0L)),
        new("CenterCropPad", "cut and added", [18], [X(5, 4, 3), Ints(2, 7, 3)]),
        new("CenterCropPad", "one axis", [18], [X(5, 4), Ints(7)], ("axes", L(-1))),
        new("ConvTranspose", "no attributes", [11, 22], [X(2, 3, 4, 3), X(3, 4, 3, 3), X(4)]),
        new("ConvTranspose", "without bias", [11], [X(2, 3, 4, 3), X(3, 2, 2, 3)]),
        new("ConvTranspose", "stride 2", [11], [X(2, 3, 4, 3), X(3, 2, 3, 3), X(2)], ("strides", L(2, 2))),
        new("ConvTranspose", "stride 2, padded", [11], [X(2, 3, 4, 3), X(3, 2, 3, 3), X(2)],
            ("strides", L(2, 2)), ("pads", L(1, 0, 1, 1))),
        new("ConvTranspose", "output padding", [11], [X(2, 3, 4, 3), X(3, 2, 3, 3), X(2)],
            ("strides", L(2, 3)), ("pads", L(1, 1, 1, 1)), ("output_padding", L(1, 2))),
        new("ConvTranspose", "dilated", [11], [X(1, 2, 4, 3), X(2, 3, 3, 2), X(3)], ("dilations", L(2, 2))),
        new("ConvTranspose", "groups", [11], [X(2, 4, 4, 3), X(4, 2, 3, 3), X(4)], ("group", 2L), ("strides", L(2, 2))),
        new("ConvTranspose", "to a size", [11, 22], [X(1, 2, 3, 3), X(2, 2, 3, 3)], ("output_shape", L(6, 8)),
            ("strides", L(2, 3))),
        new("ConvTranspose", "to a size, SAME_UPPER", [11], [X(1, 2, 3, 3), X(2, 2, 3, 3)],
            ("output_shape", L(6, 8)), ("strides", L(2, 3)), ("auto_pad", "SAME_UPPER")),
        new("ConvTranspose", "to a size, SAME_LOWER, output padding", [11], [X(1, 2, 3, 3), X(2, 2, 3, 3)],
            ("output_shape", L(6, 8)), ("strides", L(2, 3)), ("auto_pad", "SAME_LOWER"), ("output_padding", L(1, 0))),
        new("ConvTranspose", "larger than the result", [11], [X(1, 2, 3, 3), X(2, 2, 3, 3)], ("output_shape", L(10, 8)),
            ("strides", L(3, 2))),
        new("ConvTranspose", "SAME_UPPER", [11], [X(1, 2, 3, 3), X(2, 2, 3, 3)], ("strides", L(2, 2)),
            ("auto_pad", "SAME_UPPER")),
        new("ConvTranspose", "SAME_LOWER, even kernel", [11], [X(1, 2, 3, 3), X(2, 2, 4, 3)], ("strides", L(1, 2)),
            ("auto_pad", "SAME_LOWER")),
        new("ConvTranspose", "VALID", [11], [X(1, 2, 3, 3), X(2, 2, 4, 3)], ("strides", L(1, 2)),
            ("auto_pad", "VALID")),
        new("ConvTranspose", "1-D", [11], [X(2, 3, 5), X(3, 2, 4), X(2)], ("strides", L(2))),
    ];
}

using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ConvolutionCases
{
    public static RuleCase[] All { get; } =
    [
        new("Conv", "no attributes", [11, 22], [X(2, 3, 5, 4), X(4, 3, 3, 3), X(4)]),
        new("Conv", "without bias", [11], [X(2, 3, 5, 4), X(4, 3, 3, 2)]),
        new("Conv", "padded", [11], [X(2, 2, 5, 4), X(3, 2, 3, 3), X(3)], ("pads", L(1, 1, 1, 1))),
        new("Conv", "asymmetric pads", [11], [X(2, 2, 5, 4), X(3, 2, 3, 3), X(3)], ("pads", L(0, 2, 1, 0))),
        new("Conv", "asymmetric pads, stride 2", [11], [X(2, 2, 5, 6), X(3, 2, 3, 3), X(3)],
            ("pads", L(0, 2, 1, 0)), ("strides", L(2, 2))),
        new("Conv", "stride 2, padded", [11], [X(2, 2, 6, 5), X(3, 2, 3, 3), X(3)],
            ("pads", L(1, 1, 1, 1)), ("strides", L(2, 2))),
        new("Conv", "stride 2, end not reached", [11], [X(1, 2, 6, 8), X(3, 2, 3, 3), X(3)], ("strides", L(2, 2))),
        new("Conv", "stride 3, end not reached", [11], [X(1, 2, 7, 8), X(3, 2, 2, 3), X(3)], ("strides", L(3, 3))),
        new("Conv", "stride 3 over kernel 1", [11], [X(1, 2, 6, 8), X(3, 2, 1, 1), X(3)], ("strides", L(3, 3))),
        new("Conv", "different strides", [11], [X(1, 2, 6, 8), X(3, 2, 3, 3), X(3)], ("strides", L(1, 3))),
        new("Conv", "dilated", [11], [X(1, 2, 7, 8), X(3, 2, 3, 2), X(3)], ("dilations", L(2, 3))),
        new("Conv", "dilated, padded", [11], [X(1, 2, 7, 6), X(3, 2, 3, 3), X(3)],
            ("dilations", L(2, 2)), ("pads", L(2, 1, 2, 2))),
        new("Conv", "dilated, stride 2, padded", [11], [X(1, 2, 8, 7), X(3, 2, 3, 3), X(3)],
            ("dilations", L(2, 2)), ("strides", L(2, 2)), ("pads", L(2, 2, 2, 2))),
        new("Conv", "pads wider than the kernel", [11], [X(1, 2, 4, 3), X(3, 2, 2, 2), X(3)], ("pads", L(2, 3, 3, 2))),
        new("Conv", "pads wider than the kernel, stride 2", [11], [X(1, 2, 4, 5), X(3, 2, 2, 2), X(3)],
            ("pads", L(3, 2, 2, 3)), ("strides", L(2, 2))),

        new("Conv", "SAME_UPPER", [11], [X(1, 2, 5, 4), X(3, 2, 2, 3), X(3)], ("auto_pad", "SAME_UPPER")),
        new("Conv", "SAME_UPPER, stride 2", [11], [X(1, 2, 6, 5), X(3, 2, 3, 4), X(3)],
            ("auto_pad", "SAME_UPPER"), ("strides", L(2, 2))),
        new("Conv", "SAME_LOWER", [11], [X(1, 2, 5, 4), X(3, 2, 2, 3), X(3)], ("auto_pad", "SAME_LOWER")),
        new("Conv", "SAME_LOWER, stride 2", [11], [X(1, 2, 6, 5), X(3, 2, 3, 4), X(3)],
            ("auto_pad", "SAME_LOWER"), ("strides", L(2, 2))),
        new("Conv", "SAME_UPPER, stride above kernel", [11], [X(1, 2, 7, 8), X(3, 2, 2, 1), X(3)],
            ("auto_pad", "SAME_UPPER"), ("strides", L(3, 3))),
        new("Conv", "VALID", [11], [X(1, 2, 5, 6), X(3, 2, 2, 3), X(3)],
            ("auto_pad", "VALID"), ("strides", L(2, 2))),

        new("Conv", "groups", [11], [X(2, 4, 5, 4), X(6, 2, 3, 3), X(6)],
            ("group", 2L), ("pads", L(1, 1, 1, 1))),
        new("Conv", "groups, stride 2", [11], [X(2, 4, 6, 5), X(6, 2, 3, 3), X(6)],
            ("group", 2L), ("pads", L(1, 1, 1, 1)), ("strides", L(2, 2))),
        new("Conv", "depthwise", [11], [X(2, 3, 5, 4), X(3, 1, 3, 3), X(3)],
            ("group", 3L), ("pads", L(1, 1, 1, 1))),
        new("Conv", "depthwise, stride 2", [11], [X(2, 3, 6, 5), X(3, 1, 3, 3), X(3)],
            ("group", 3L), ("pads", L(1, 1, 1, 1)), ("strides", L(2, 2))),
        new("Conv", "depthwise, two outputs each", [11], [X(2, 3, 5, 4), X(6, 1, 3, 3), X(6)],
            ("group", 3L), ("pads", L(1, 1, 1, 1))),
        new("Conv", "depthwise, two outputs each, stride 2", [11], [X(2, 3, 5, 6), X(6, 1, 3, 3), X(6)],
            ("group", 3L), ("strides", L(2, 2))),
        new("Conv", "few outputs, stride 2", [11], [X(2, 16, 6, 5), X(2, 16, 3, 3), X(2)],
            ("pads", L(1, 0, 1, 1)), ("strides", L(2, 2))),
        new("Conv", "few outputs, different strides, dilated", [11], [X(1, 8, 9, 8), X(1, 8, 3, 2)],
            ("strides", L(1, 3)), ("dilations", L(2, 2)), ("pads", L(2, 1, 0, 1))),
        new("Conv", "many positions", [11], [X(2, 2, 24, 20), X(3, 2, 3, 3)], ("pads", L(1, 1, 1, 1))),
        new("Conv", "one channel", [11], [X(2, 1, 5, 4), X(1, 1, 3, 3), X(1)]),

        new("Conv", "1x1", [11], [X(2, 3, 4, 3), X(4, 3, 1, 1), X(4)]),
        new("Conv", "1x1, stride 2", [11], [X(2, 3, 4, 5), X(4, 3, 1, 1), X(4)], ("strides", L(2, 2))),
        new("Conv", "1x1, groups", [11], [X(2, 4, 4, 3), X(6, 2, 1, 1), X(6)], ("group", 2L)),
        new("Conv", "1x1, padded", [11], [X(2, 3, 3, 2), X(4, 3, 1, 1), X(4)], ("pads", L(1, 1, 1, 1))),
        new("Conv", "1-D", [11], [X(2, 3, 7), X(4, 3, 3), X(4)], ("pads", L(1, 0))),
        new("Conv", "1-D, stride 2", [11], [X(2, 3, 8), X(4, 3, 3), X(4)], ("strides", L(2))),
        new("Conv", "3-D", [11], [X(1, 2, 4, 3, 4), X(3, 2, 2, 3, 2), X(3)], ("pads", L(1, 1, 0, 0, 1, 1))),
        new("Conv", "3-D, stride 2", [11], [X(1, 2, 4, 5, 4), X(3, 2, 2, 3, 2), X(3)], ("strides", L(2, 2, 2))),
    ];
}

using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class SamplingCases
{
    private static readonly Operand Image = X(2, 3, 4, 5);

    // Away from the lines between pixels of a 4 x 5 image, where its slope jumps, with corners aligned or not.
    private static readonly Operand Inside = Points(0.2f, 0, -0.3f, -0.45f, 0.65f, 0.5f, -0.7f, -0.65f);
    private static readonly Operand Outside = Points(0.2f, -1.4f, 1.38f, 0.5f, -1.3f, 1.15f, -0.3f, 0);

    private static readonly Operand Boxes =
        Floats([3, 4], 0.3f, 0.4f, 3.1f, 2.7f, -1.2f, 0.7f, 6.3f, 4.9f, 1.1f, 1.2f, 1.6f, 1.3f);
    private static readonly Operand Images = IntsOf([3], 0, 1, 0);

    public static RuleCase[] All { get; } =
    [
        new("GridSample", "inside", [16, 20, 22], [Image, Inside]),
        new("GridSample", "zeros outside", [16], [Image, Outside]),
        new("GridSample", "border", [16], [Image, Outside], ("padding_mode", "border")),
        new("GridSample", "reflection", [16, 20], [Image, Outside], ("padding_mode", "reflection")),
        new("GridSample", "corners aligned", [16], [Image, Inside], ("align_corners", 1L)),
        new("GridSample", "corners aligned, reflection", [16], [Image, Outside], ("align_corners", 1L),
            ("padding_mode", "reflection")),
        new("GridSample", "nearest", [16], [Image, Inside], ("mode", "nearest")) { Fixed = [1] },
        new("GridSample", "nearest, zeros outside", [20], [Image, Outside], ("mode", "nearest")) { Fixed = [1] },

        new("RoiAlign", "half pixels", [16], [Image, Boxes, Images],
            ("output_height", 2L), ("output_width", 3L), ("sampling_ratio", 2L), ("spatial_scale", 0.8f)),
        new("RoiAlign", "old form", [10, 16], [Image, Boxes, Images],
            ("output_height", 3L), ("output_width", 2L), ("sampling_ratio", 1L)),
    ];

    private static Operand Points(params float[] values) => new([2, 1, 2, 2], (_, _) => [.. values]);
}

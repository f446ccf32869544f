namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>Which weights of picked filters a mask holds.</summary>
/// <param name="Center">c.</param>
/// <param name="Width">Epsilon; null for the smallest that gives as many weights as are wanted.</param>
/// <param name="Most">Most weights.</param>
internal sealed record MaskRule(double Center, double? Width, int Most);

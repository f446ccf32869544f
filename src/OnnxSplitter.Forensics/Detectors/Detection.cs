using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>What a detector came to, on a model whose changed weights are known.</summary>
/// <param name="Detector">Its name.</param>
/// <param name="Judged">Weights of which it says something.</param>
/// <param name="Found">Changed weights among them.</param>
/// <param name="Auroc">
/// How likely a changed weight looks odder to it than another one, of those that it judges; ties count half. 0.5 is
/// guessing, and what it is where none of the changed weights is judged.
/// </param>
/// <param name="Guesses">
/// The weights that look oddest to it, the oddest first, at most a share of all (<see cref="DetectorSuite.Share"/>),
/// with the bits that undoing would put there.
/// </param>
public sealed record Detection(
    string Detector, long Judged, int Found, double Auroc, IReadOnlyList<WeightBits> Guesses)
{
    private const double Most = 0.6;

    // Standard errors, and how often guessing goes beyond so many.
    private const double Errors = 2;
    private const double Beyond = 0.023;

    /// <summary>
    /// What <see cref="Auroc"/> is at most where changes do not show: 0.60, or, of few changed weights, what guessing
    /// does not exceed by chance. Of one weight it is any number between 0 and 1.
    /// </summary>
    /// <remarks>
    /// The variance of guessing, with n changed weights and m others, is (n + m + 1) / (12 n m): Mann and Whitney, "On
    /// a test of whether one of two random variables is stochastically larger than the other", 1947.
    /// </remarks>
    public double MostAuroc => Math.Clamp(
        0.5 + Errors * Math.Sqrt((Judged + 1.0) / (12.0 * Math.Max(1, Found) * Math.Max(1, Judged - Found))),
        Most, 1 - Beyond);

    /// <summary>Whether it tells changed weights from others.</summary>
    public bool Tells => Found > 0 && Auroc > MostAuroc;
}

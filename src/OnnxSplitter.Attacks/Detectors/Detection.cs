using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Attacks.Detectors;

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
    string Detector, long Judged, int Found, double Auroc, IReadOnlyList<WeightBits> Guesses);

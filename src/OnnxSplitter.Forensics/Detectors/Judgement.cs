namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Judges weights that are to be compared with each other.</summary>
/// <param name="values">At least <see cref="GroupDetector.Least"/>, all finite.</param>
/// <param name="suspicion">Gets how odd each is.</param>
/// <param name="repair">Gets the value that undoing would put there.</param>
internal delegate void Judgement(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair);

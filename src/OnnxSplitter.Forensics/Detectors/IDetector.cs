using OnnxSplitter.Forensics.Views;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>One way to tell changed weights from the weights alone.</summary>
internal interface IDetector
{
    /// <summary>What reports call it.</summary>
    string Name { get; }

    /// <summary>Judges every weight of a tensor.</summary>
    /// <param name="view">The tensor.</param>
    /// <param name="suspicion">
    /// Gets how odd each weight is, on one scale for all tensors; NaN where the detector says nothing.
    /// </param>
    /// <param name="repair">Gets the value that undoing would put there.</param>
    void Judge(WeightView view, Span<float> suspicion, Span<float> repair);
}

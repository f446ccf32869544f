using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>One possible move: one weight, or two for a swap, of one tensor.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Kind">How the new values were found.</param>
/// <param name="NewValues">What would be written.</param>
/// <param name="Gain">Estimate of how much the objective would fall.</param>
internal sealed record Candidate(WeightTensor Tensor, MoveKind Kind, IReadOnlyList<NewValue> NewValues, double Gain)
{
    /// <summary>Estimated gain per weight, by which moves of different size compare.</summary>
    public double GainPerWeight => Gain / NewValues.Count;
}

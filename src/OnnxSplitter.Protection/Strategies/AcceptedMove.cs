using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>A move that was made, and what it replaced.</summary>
internal sealed record AcceptedMove(Candidate Candidate, IReadOnlyList<NewValue> Replaced)
{
    public IEnumerable<(WeightTensor, long, float)> Redo =>
        Candidate.NewValues.Select(weight => (Candidate.Tensor, weight.Index, weight.Value));

    public IEnumerable<(WeightTensor, long, float)> Undo =>
        Replaced.Select(weight => (Candidate.Tensor, weight.Index, weight.Value));
}

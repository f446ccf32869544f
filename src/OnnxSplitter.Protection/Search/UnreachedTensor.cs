using OnnxSplitter.Gradients;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>A weight tensor that a job would change and can't.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Weights">Number of its weights.</param>
/// <param name="Reason">Why, as a sentence without its full stop.</param>
public sealed record UnreachedTensor(string Path, long Weights, string Reason)
{
    private const string OtherBranch =
        "it lies in a branch that the first example does not take, and inputs that do keep what they had";

    /// <summary>Those of a model that nothing can change.</summary>
    /// <param name="file">The model.</param>
    internal static IEnumerable<UnreachedTensor> LeftAlone(ModelFile file) =>
        file.Skipped.Select(tensor => new UnreachedTensor(tensor.Path, tensor.Weights, tensor.Reason));

    /// <summary>Those, and those among some of its tensors that a search can't reach.</summary>
    /// <param name="file">The model.</param>
    /// <param name="tensors">Some of its tensors.</param>
    /// <param name="searched">Paths of those that the search's graph has as its own.</param>
    /// <param name="byGradient">Whether the search goes by gradients that have to reach them.</param>
    internal static IReadOnlyList<UnreachedTensor> Among(
        ModelFile file, IEnumerable<WeightTensor> tensors, IReadOnlySet<string> searched, bool byGradient)
    {
        var reach = GradientReach.Of(file.Structure);
        return
        [
            .. tensors.Select(tensor => (Tensor: tensor, Why: reach.BlockingNode(tensor.Path)))
                .Where(one => !searched.Contains(one.Tensor.Path) || (byGradient && one.Why is not null))
                .Select(one => new UnreachedTensor(one.Tensor.Path, one.Tensor.Count, one.Why ?? OtherBranch)),
            .. LeftAlone(file),
        ];
    }
}

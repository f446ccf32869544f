using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>Moves that a thief tries beside those of the search: it does not matter to him whether they show.</summary>
internal static class MirrorProposals
{
    /// <summary>
    /// Signs of what each channel has, the largest first: a channel that a wrong sign has silenced has no gradient.
    /// </summary>
    public static IEnumerable<Candidate> Unseen(SearchModel model) => model.Tensors
        .Where(tensor => tensor.Count == tensor.Dims.Max() && !tensor.Type.IsInteger)
        .SelectMany(tensor =>
        {
            var values = model.Values(tensor.Path).ToArray();
            var most = values.Max(Math.Abs);
            return values.Select((value, index) => (Size: Math.Abs(value) / most, Candidate: new Candidate(
                tensor, MoveKind.Sign, [new NewValue(index, -value)], Gain: 0)));
        })
        .OrderByDescending(pair => pair.Size).Select(pair => pair.Candidate);

    /// <summary>
    /// The largest weight of each tensor to 0: of one that is far too large, the gradient says little.
    /// </summary>
    public static IEnumerable<Candidate> Largest(SearchModel model) => model.Tensors
        .Where(tensor => !tensor.Type.IsInteger)
        .Select(tensor =>
        {
            var index = TensorPrimitives.IndexOfMaxMagnitude(model.Values(tensor.Path));
            return (Size: Math.Abs(model.Values(tensor.Path)[index]) / Typical(model, tensor), Candidate: new Candidate(
                tensor, MoveKind.Extreme, [new NewValue(index, 0)], Gain: 0));
        })
        .OrderByDescending(pair => pair.Size).Select(pair => pair.Candidate);

    private static float Typical(SearchModel model, WeightTensor tensor) =>
        TensorPrimitives.Norm(model.Values(tensor.Path)) / MathF.Sqrt(tensor.Count) + float.Epsilon;

    /// <summary>To 0: what an extreme value was is not among its tensor's extremes.</summary>
    public static List<Candidate> Resets(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, int count)
    {
        var best = new PriorityQueue<int, float>();
        for (var i = 0; i < values.Length; i++)
        {
            best.Enqueue(i, values[i] * gradient[i]);
            if (best.Count > count) best.Dequeue();
        }

        var found = new List<Candidate>();
        while (best.TryDequeue(out var index, out var gain))
            if (gain > 0) found.Add(new Candidate(tensor, MoveKind.Extreme, [new NewValue(index, 0)], gain));
        return found;
    }
}

using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>
/// Moves a weight to the smallest or largest value that it may get: that of its tensor, or where its rule ends. Gain of
/// the first order: g (w - bound).
/// </summary>
internal sealed class ExtremeMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule,
        IReadOnlySet<long> excluded, int count)
    {
        var (gains, bounds) = (new float[values.Length], new float[values.Length]);
        for (var i = 0; i < gains.Length; i++)
        {
            bounds[i] = Bound(rule, i, gradient[i] > 0);
            gains[i] = gradient[i] * (values[i] - bounds[i]);
        }

        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, bounds, rule, excluded, count))
            if (gains[i] > 0)
                candidates.Add(new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, bounds[i])], gains[i]));
        return candidates;
    }

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        var i = index();
        var bound = Bound(rule, i, random.Next(2) == 0);
        return values[i] == bound ? null : new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, bound)], 0);
    }

    private static float Bound(IValueRule rule, long index, bool lowest) =>
        lowest ? rule.Lowest(index) : rule.Highest(index);
}

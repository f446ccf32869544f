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
        IReadOnlySet<long> excluded, int count) =>
        Highest(new Gains(values, gradient, rule), values.Length, rule, excluded, count)
            .Where(weight => weight.Score > 0)
            .Select(weight => new Candidate(
                tensor, MoveKind.Extreme, [new NewValue(weight.Index, weight.Wanted)], weight.Score));

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        var i = index();
        var bound = Bound(rule, i, random.Next(2) == 0);
        return values[i] == bound ? null : new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, bound)], 0);
    }

    private static float Bound(IValueRule rule, long index, bool lowest) =>
        lowest ? rule.Lowest(index) : rule.Highest(index);

    private readonly ref struct Gains(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule)
        : IMoveScores
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly ReadOnlySpan<float> _gradient = gradient;
        private readonly IValueRule _rule = rule;

        public void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted)
        {
            for (var i = 0; i < scores.Length; i++)
            {
                wanted[i] = Bound(_rule, first + i, _gradient[first + i] > 0);
                scores[i] = _gradient[first + i] * (_values[first + i] - wanted[i]);
            }
        }
    }
}

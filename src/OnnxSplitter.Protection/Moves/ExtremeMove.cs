using System.Numerics.Tensors;
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
        private readonly WeightRange _widest = rule.Widest;

        public void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted, float least)
        {
            // What a weight could gain at most, by one bound for all: nearly no weight of a large tensor gets further.
            var present = _values.Slice(first, scores.Length);
            var slopes = _gradient.Slice(first, scores.Length);
            TensorPrimitives.Subtract(present, _widest.Low, scores);
            TensorPrimitives.Multiply(scores, slopes, scores);
            TensorPrimitives.Subtract(present, _widest.High, wanted);
            TensorPrimitives.Multiply(wanted, slopes, wanted);
            TensorPrimitives.Max(scores, wanted, scores);
            for (var i = 0; i < scores.Length; i++)
            {
                if (scores[i] <= least) continue;
                wanted[i] = Bound(_rule, first + i, slopes[i] > 0);
                scores[i] = slopes[i] * (present[i] - wanted[i]);
            }
        }
    }
}

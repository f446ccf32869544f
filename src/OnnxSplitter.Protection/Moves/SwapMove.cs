using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>Exchanges two weights of a tensor. Gain of the first order: (g_i - g_j)(w_i - w_j).</summary>
internal sealed class SwapMove : Move
{
    // Sources by steepest gradient; partners among the values at both ends of the tensor's range.
    private const int Sources = 32;
    private const int Partners = 16;

    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule,
        IReadOnlySet<long> excluded, int count)
    {
        // A value that may not even stay where it is may go nowhere in its tensor, as a rule.
        var sources = Highest(new Sizes(values, gradient), values.Length, rule, excluded, Sources);
        ScoredWeight[] partners =
        [
            .. Highest(new Multiples(values, 1), values.Length, rule, excluded, Partners),
            .. Highest(new Multiples(values, -1), values.Length, rule, excluded, Partners),
            .. sources,
        ];
        var pairs = new List<Candidate>();
        foreach (var (i, _, _) in sources)
            foreach (var (j, _, _) in partners)
            {
                var gain = (gradient[i] - gradient[j]) * (values[i] - values[j]);
                if (i != j && gain > 0 && rule.Allows(i, values[j]) && rule.Allows(j, values[i]))
                    pairs.Add(new Candidate(
                        tensor, MoveKind.Swap, [new NewValue(i, values[j]), new NewValue(j, values[i])], gain));
            }

        // One pair for each source: its others do nearly the same.
        return pairs.GroupBy(pair => pair.NewValues[0].Index).Select(group => group.MaxBy(pair => pair.Gain)!)
            .OrderByDescending(pair => pair.Gain).Take(count);
    }

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        // Of one weight alone, both draws are the same.
        var (i, j) = (index(), index());
        return values[i] == values[j]
            ? null
            : new Candidate(tensor, MoveKind.Swap, [new NewValue(i, values[j]), new NewValue(j, values[i])], 0);
    }

    private readonly ref struct Sizes(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient) : IMoveScores
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly ReadOnlySpan<float> _gradient = gradient;

        public void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted, float least)
        {
            TensorPrimitives.Abs(_gradient.Slice(first, scores.Length), scores);
            _values.Slice(first, scores.Length).CopyTo(wanted);
        }
    }

    private readonly ref struct Multiples(ReadOnlySpan<float> values, float factor) : IMoveScores
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly float _factor = factor;

        public void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted, float least)
        {
            _values.Slice(first, scores.Length).CopyTo(wanted);
            TensorPrimitives.Multiply(wanted, _factor, scores);
        }
    }
}

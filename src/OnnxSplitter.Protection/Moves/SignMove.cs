using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>Negates a weight. Gain of the first order: 2 g w.</summary>
internal sealed class SignMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule,
        IReadOnlySet<long> excluded, int count) =>
        Highest(new Gains(values, gradient), values.Length, rule, excluded, count).Where(weight => weight.Score > 0)
            .Select(weight => new Candidate(
                tensor, MoveKind.Sign, [new NewValue(weight.Index, weight.Wanted)], weight.Score));

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        var i = index();
        return values[i] == 0 ? null : new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], 0);
    }

    private readonly ref struct Gains(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient) : IMoveScores
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly ReadOnlySpan<float> _gradient = gradient;

        public void Fill(int first, scoped Span<float> scores, scoped Span<float> wanted, float least)
        {
            var some = _values.Slice(first, scores.Length);
            TensorPrimitives.Negate(some, wanted);
            TensorPrimitives.Multiply(some, _gradient.Slice(first, scores.Length), scores);
            TensorPrimitives.Multiply(scores, 2, scores);
        }
    }
}

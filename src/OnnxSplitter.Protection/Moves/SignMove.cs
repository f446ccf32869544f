using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>Negates a weight. Gain of the first order: 2 g w.</summary>
internal sealed class SignMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule,
        IReadOnlySet<long> excluded, int count)
    {
        var (gains, opposite) = (new float[values.Length], new float[values.Length]);
        TensorPrimitives.Negate(values, opposite);
        TensorPrimitives.Multiply(values, gradient, gains);
        TensorPrimitives.Multiply(gains, 2, gains);
        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, opposite, rule, excluded, count))
            if (gains[i] > 0)
                candidates.Add(new Candidate(tensor, MoveKind.Sign, [new NewValue(i, opposite[i])], gains[i]));
        return candidates;
    }

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        var i = index();
        return values[i] == 0 ? null : new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], 0);
    }
}

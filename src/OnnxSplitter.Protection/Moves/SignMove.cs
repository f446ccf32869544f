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
        var gains = new float[values.Length];
        TensorPrimitives.Multiply(values, gradient, gains);
        TensorPrimitives.Multiply(gains, 2, gains);
        for (var i = 0; i < gains.Length; i++)
            if (gains[i] > 0 && !rule.Allows(i, -values[i])) gains[i] = float.NaN;
        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, excluded, count))
            if (gains[i] > 0)
                candidates.Add(new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], gains[i]));
        return candidates;
    }

    protected override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random)
    {
        var i = index();
        return values[i] == 0 ? null : new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], 0);
    }
}

using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>Moves a weight to its tensor's smallest or largest value. Gain of the first order: g (w - bound).</summary>
internal sealed class ExtremeMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IReadOnlySet<long> excluded,
        int count)
    {
        var (low, high) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        var gains = new float[values.Length];
        for (var i = 0; i < gains.Length; i++)
            gains[i] = gradient[i] * (values[i] - (gradient[i] > 0 ? low : high));
        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, excluded, count))
            if (gains[i] > 0)
                candidates.Add(
                    new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, gradient[i] > 0 ? low : high)], gains[i]));
        return candidates;
    }

    public override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IReadOnlySet<long> excluded, Random random)
    {
        var i = DrawIndex(tensor, excluded, random);
        var bound = random.Next(2) == 0 ? values.Low : values.High;
        return values[i] == bound ? null : new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, bound)], 0);
    }
}

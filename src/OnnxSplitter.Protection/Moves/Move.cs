using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Moves;

/// <summary>
/// How a weight's new value is found. Every move keeps a tensor within its own range of values: sign within that of its
/// magnitudes, swap within its multiset, extreme at its ends.
/// </summary>
internal abstract class Move
{
    /// <summary>The moves that a job may use.</summary>
    public static IReadOnlyList<Move> For(MoveKind kind) => kind switch
    {
        MoveKind.Sign => [new SignMove()],
        MoveKind.Swap => [new SwapMove()],
        MoveKind.Extreme => [new ExtremeMove()],
        MoveKind.Best => [new SignMove(), new SwapMove(), new ExtremeMove()],
        MoveKind.Optimised => [],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown move."),
    };

    /// <summary>The moves of one tensor with the highest first-order gain, at most <paramref name="count"/>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">Its present values.</param>
    /// <param name="gradient">Gradient of the objective, of the same length.</param>
    /// <param name="taken">Indices that may not be changed.</param>
    /// <param name="count">How many.</param>
    public abstract IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IReadOnlySet<long> taken, int count);

    /// <summary>A move of a random weight; null where this weight has none (a zero has no other sign).</summary>
    public abstract Candidate? Draw(WeightTensor tensor, IWeightSource values, IReadOnlySet<long> taken, Random random);

    /// <summary>The indices with the highest scores that are not taken; ties go to the lower index.</summary>
    protected static List<int> Highest(ReadOnlySpan<float> scores, IReadOnlySet<long> taken, int count)
    {
        var best = new PriorityQueue<int, (float Score, int Order)>();
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]) || taken.Contains(i)) continue;
            if (best.Count < count) best.Enqueue(i, (scores[i], -i));
            else if (best.TryPeek(out _, out var worst) && scores[i] > worst.Score) best.DequeueEnqueue(i, (scores[i], -i));
        }

        var result = new List<int>(best.Count);
        while (best.TryDequeue(out var index, out _)) result.Add(index);
        result.Reverse();
        return result;
    }

    protected static long DrawIndex(WeightTensor tensor, IReadOnlySet<long> taken, Random random)
    {
        long index;
        do index = random.NextInt64(tensor.Count);
        while (taken.Contains(index));
        return index;
    }
}

/// <summary>Negates a weight. Gain of the first order: 2 g w.</summary>
internal sealed class SignMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IReadOnlySet<long> taken, int count)
    {
        var gains = new float[values.Length];
        TensorPrimitives.Multiply(values, gradient, gains);
        TensorPrimitives.Multiply(gains, 2, gains);
        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, taken, count))
            if (gains[i] > 0) candidates.Add(new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], gains[i]));
        return candidates;
    }

    public override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IReadOnlySet<long> taken, Random random)
    {
        var i = DrawIndex(tensor, taken, random);
        return values[i] == 0 ? null : new Candidate(tensor, MoveKind.Sign, [new NewValue(i, -values[i])], 0);
    }
}

/// <summary>Moves a weight to its tensor's smallest or largest value. Gain of the first order: g (w - bound).</summary>
internal sealed class ExtremeMove : Move
{
    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IReadOnlySet<long> taken, int count)
    {
        var (low, high) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        var gains = new float[values.Length];
        for (var i = 0; i < gains.Length; i++)
            gains[i] = gradient[i] * (values[i] - (gradient[i] > 0 ? low : high));
        var candidates = new List<Candidate>();
        foreach (var i in Highest(gains, taken, count))
            if (gains[i] > 0)
                candidates.Add(new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, gradient[i] > 0 ? low : high)], gains[i]));
        return candidates;
    }

    public override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IReadOnlySet<long> taken, Random random)
    {
        var i = DrawIndex(tensor, taken, random);
        var bound = random.Next(2) == 0 ? values.Low : values.High;
        return values[i] == bound ? null : new Candidate(tensor, MoveKind.Extreme, [new NewValue(i, bound)], 0);
    }
}

/// <summary>Exchanges two weights of a tensor. Gain of the first order: (g_i - g_j)(w_i - w_j).</summary>
internal sealed class SwapMove : Move
{
    // Sources by steepest gradient; partners among the values at both ends of the tensor's range.
    private const int Sources = 32;
    private const int Partners = 16;

    public override IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IReadOnlySet<long> taken, int count)
    {
        var scores = new float[values.Length];
        TensorPrimitives.Abs(gradient, scores);
        var sources = Highest(scores, taken, Sources);
        var partners = Highest(values, taken, Partners);
        TensorPrimitives.Negate(values, scores);
        partners.AddRange(Highest(scores, taken, Partners));
        partners.AddRange(sources);

        var pairs = new List<Candidate>();
        foreach (var i in sources)
            foreach (var j in partners)
            {
                var gain = (gradient[i] - gradient[j]) * (values[i] - values[j]);
                if (i != j && gain > 0)
                    pairs.Add(new Candidate(tensor, MoveKind.Swap, [new NewValue(i, values[j]), new NewValue(j, values[i])], gain));
            }

        // One pair for each source: its others do nearly the same.
        return pairs.GroupBy(pair => pair.Weights[0].Index).Select(group => group.MaxBy(pair => pair.Gain)!)
            .OrderByDescending(pair => pair.Gain).Take(count);
    }

    public override Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IReadOnlySet<long> taken, Random random)
    {
        if (tensor.Count - taken.Count < 2) return null;
        var (i, j) = (DrawIndex(tensor, taken, random), DrawIndex(tensor, taken, random));
        return values[i] == values[j]
            ? null
            : new Candidate(tensor, MoveKind.Swap, [new NewValue(i, values[j]), new NewValue(j, values[i])], 0);
    }
}

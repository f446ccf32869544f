using System.Numerics.Tensors;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>
/// How a weight's new value is found. Every move keeps a tensor within its own range of values: sign within that of its
/// magnitudes, swap within its multiset, extreme at its ends; and within what the tensor's rule allows.
/// </summary>
internal abstract class Move
{
    // Of scores that are made at a time: they stay in the nearest cache.
    private const int Block = 2048;

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
    /// <param name="rule">Which values they may get.</param>
    /// <param name="excluded">Indices that may not be changed.</param>
    /// <param name="count">How many.</param>
    public abstract IEnumerable<Candidate> Propose(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, IValueRule rule,
        IReadOnlySet<long> excluded, int count);

    /// <summary>
    /// A move of a random weight; null where this weight has none (a zero has no other sign) that the rule allows.
    /// </summary>
    public Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, IReadOnlySet<long> excluded, Random random) =>
        Draw(tensor, values, rule, () => DrawIndex(tensor, excluded, random), random) is { } drawn
        && drawn.NewValues.All(weight => rule.Allows(weight.Index, weight.Value))
            ? drawn
            : null;

    /// <summary>The same, before the rule has been asked.</summary>
    protected abstract Candidate? Draw(
        WeightTensor tensor, IWeightSource values, IValueRule rule, Func<long> index, Random random);

    /// <summary>The weights with the highest scores, the highest first; ties go to the lower index.</summary>
    /// <param name="scores">By index.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="rule">
    /// Has to allow what each would get. Asked last, of those alone that would be among the highest.
    /// </param>
    /// <param name="excluded">Indices that may not be changed.</param>
    /// <param name="count">How many to find.</param>
    protected static List<ScoredWeight> Highest<T>(
        T scores, int length, IValueRule rule, IReadOnlySet<long> excluded, int count)
        where T : IMoveScores, allows ref struct
    {
        Span<float> block = stackalloc float[Block];
        Span<float> wanted = stackalloc float[Block];
        var best = new PriorityQueue<ScoredWeight, (float Score, int Order)>();
        var least = float.NegativeInfinity;
        for (var start = 0; start < length; start += Block)
        {
            var some = block[..Math.Min(Block, length - start)];
            scores.Fill(start, some, wanted[..some.Length], least);

            // Of a large tensor nearly every block. The largest of some that are NaN is NaN, which is not skipped.
            if (TensorPrimitives.Max(some) <= least) continue;
            for (var i = 0; i < some.Length; i++)
            {
                if (!(some[i] > least || best.Count < count && !float.IsNaN(some[i]))) continue;
                if (!rule.Allows(start + i, wanted[i]) || excluded.Contains(start + i)) continue;
                var weight = new ScoredWeight(start + i, some[i], wanted[i]);
                if (best.Count < count) best.Enqueue(weight, (weight.Score, -weight.Index));
                else best.DequeueEnqueue(weight, (weight.Score, -weight.Index));
                if (best.Count == count && best.TryPeek(out _, out var worst)) least = worst.Score;
            }
        }

        var result = new List<ScoredWeight>(best.Count);
        while (best.TryDequeue(out var weight, out _)) result.Add(weight);
        result.Reverse();
        return result;
    }

    private static long DrawIndex(WeightTensor tensor, IReadOnlySet<long> excluded, Random random)
    {
        long index;
        do index = random.NextInt64(tensor.Count);
        while (excluded.Contains(index));
        return index;
    }
}

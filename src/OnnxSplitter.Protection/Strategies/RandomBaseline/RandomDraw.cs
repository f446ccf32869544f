using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Stealth;

namespace OnnxSplitter.Protection.Strategies.RandomBaseline;

/// <summary>Draws moves of weights evenly from all, reading from the model's files only what a move needs.</summary>
/// <param name="file">The original.</param>
/// <param name="tensors">What to draw from.</param>
/// <param name="moves">Moves that are equally likely.</param>
/// <param name="stealth">Which values they may write.</param>
/// <param name="seed">Decides what is drawn.</param>
/// <param name="excluded">Weights that are not drawn; those that are drawn are added.</param>
internal sealed class RandomDraw(
    ModelFile file, IReadOnlyList<WeightTensor> tensors, IReadOnlyList<Move> moves, StealthKind stealth, int seed,
    ExcludedWeights excluded)
    : IDisposable
{
    private readonly ValueRules _rules = new(file, stealth);
    private readonly Dictionary<string, StoredWeights> _weights = new(StringComparer.Ordinal);

    /// <summary>A tensor, as often as it has weights.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="total">Weights of all.</param>
    /// <param name="random">Decides.</param>
    public static WeightTensor Pick(IReadOnlyList<WeightTensor> tensors, long total, Random random)
    {
        var position = random.NextInt64(total);
        return tensors.First(tensor => (position -= tensor.Count) < 0);
    }

    /// <summary>Draws moves that change so many weights, or fewer where there are no more.</summary>
    /// <param name="count">Weights.</param>
    public IEnumerable<Candidate> Candidates(int count)
    {
        var random = new Random(seed);
        var total = tensors.Sum(tensor => tensor.Count);

        // A tensor of zeros has no moves; give up on budgets that can't be met rather than draw for ever.
        for (var draws = 0L; count > 0 && draws < 100L * count + 1000; draws++)
        {
            var tensor = Pick(tensors, total, random);
            var own = excluded.Of(tensor.Path);
            if (own.Count >= tensor.Count) continue;
            var move = moves[random.Next(moves.Count)];
            var weights = Of(tensor);
            if (move.Draw(tensor, weights, _rules.Of(tensor, weights), own, random) is not { } drawn
                || weights.Representable(drawn) is not { } candidate || candidate.NewValues.Count > count) continue;
            excluded.Add(candidate);
            count -= candidate.NewValues.Count;
            draws = 0;
            yield return candidate;
        }
    }

    /// <summary>What a move that was drawn writes.</summary>
    public IEnumerable<WeightBits> Bits(Candidate candidate) => candidate.NewValues.Select(weight =>
        new WeightBits(candidate.Tensor, weight.Index, Of(candidate.Tensor).Bits(candidate, weight)));

    /// <summary>Closes the model's files.</summary>
    public void Dispose()
    {
        foreach (var weights in _weights.Values) weights.Dispose();
    }

    private StoredWeights Of(WeightTensor tensor)
    {
        if (!_weights.TryGetValue(tensor.Path, out var weights))
            _weights[tensor.Path] = weights = new StoredWeights(file, tensor);
        return weights;
    }
}

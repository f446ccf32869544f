using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>What became of one mask.</summary>
/// <param name="Mask">The weights that could change.</param>
/// <param name="Changes">By how much each changes.</param>
/// <param name="Score">On calibration data, with the changes made.</param>
internal sealed record Rollout(FilterMask Mask, float[] Changes, Score Score)
{
    /// <summary>Weights whose value differs.</summary>
    public int Count => Enumerable.Range(0, Changes.Length).Count(i => Value(i) != Mask.Weights[i].Original);

    /// <summary>The changes as moves, one per tensor.</summary>
    public IEnumerable<Candidate> Candidates() =>
        Enumerable.Range(0, Changes.Length).Where(i => Value(i) != Mask.Weights[i].Original)
            .GroupBy(i => Mask.Weights[i].Set)
            .Select(group => new Candidate(Mask.Sets[group.Key].Tensor, MoveKind.Optimised,
                [.. group.Select(i => new NewValue(Mask.Weights[i].Index, Value(i)))], Gain: 0));

    private float Value(int i) => Mask.Value(i, Changes[i]);
}

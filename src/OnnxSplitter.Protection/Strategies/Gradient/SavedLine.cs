using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedLine(
    Objective Objective, SavedMove[] Moves, SavedWeight[] Excluded, Score? Score, int IdleRounds)
{
    public static SavedLine Of(SearchLine line) => new(
        line.Objective,
        [.. line.Moves.Select(move => new SavedMove(
            move.Candidate.Tensor.Path, move.Candidate.Kind, [.. move.Candidate.NewValues]))],
        [.. line.Excluded.All.Select(weight => new SavedWeight(weight.Path, weight.Index))],
        line.Score,
        line.IdleRounds);
}

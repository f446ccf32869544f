using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

internal sealed record SavedLine(
    Objective Objective, SavedMove[] Moves, SavedWeight[] Taken, Measure? Measure, int IdleRounds)
{
    public static SavedLine Of(SearchLine line) => new(
        line.Objective,
        [.. line.Moves.Select(move => new SavedMove(
            move.Candidate.Tensor.Path, move.Candidate.Kind, [.. move.Candidate.Weights]))],
        [.. line.Taken.All.Select(weight => new SavedWeight(weight.Path, weight.Index))],
        line.Measure,
        line.IdleRounds);
}

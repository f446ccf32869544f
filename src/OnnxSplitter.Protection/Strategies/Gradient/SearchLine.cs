using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// One of the ways that a search goes side by side: an objective, and the moves that were made for it.
/// </summary>
/// <param name="Objective">What it drives down.</param>
/// <param name="Moves">In the order in which they were made.</param>
/// <param name="Excluded">Weights that these moves change, and weights that are ruled out.</param>
/// <param name="Score">On the examples of the exact choice; null before anything was measured.</param>
/// <param name="IdleRounds">Rounds in a row that made no move.</param>
internal sealed record SearchLine(Objective Objective, IReadOnlyList<AcceptedMove> Moves, ExcludedWeights Excluded,
    Score? Score, int IdleRounds)
{
    /// <summary>Weights changed.</summary>
    public int WeightCount => Moves.Sum(move => move.Candidate.NewValues.Count);

    /// <summary>What is left of the model, infinite before anything was measured.</summary>
    public double Left => Score?.Left ?? double.PositiveInfinity;

    /// <summary>Whether two lines have come to the same changes.</summary>
    public bool ChangesTheSame(SearchLine other) => Changes().SetEquals(other.Changes());

    private HashSet<(string, NewValue)> Changes() =>
        [.. Moves.SelectMany(move => move.Candidate.NewValues.Select(weight => (move.Candidate.Tensor.Path, weight)))];
}

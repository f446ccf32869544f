using System.Globalization;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// Moves chosen by gradient and measured exactly, along several lines side by side. First objectives compete for a few
/// moves: errors of any kind, or collapse to one class. The best lines go on, each with its best move and the
/// runner-up, and the first to reach the target gives back what it did not need.
/// </summary>
internal sealed class GradientStrategy
{
    // A round whose best move did not help rules that move out, so the next one finds others.
    private const int MostIdleRounds = 5;

    // Of a thousand classes, those that the model gives most weight to are the easiest to collapse to.
    private const int MostClasses = 6;

    // A line whose accuracy is so many times the best one's does not overtake it any more.
    private const double MostBehind = 1.5;

    // One move says little: the objective that gains most by its first move is seldom the one that gets there first.
    private const int TrialMoves = 3;

    private readonly SearchContext _context;
    private readonly CandidateEvaluator _evaluator;
    private readonly GradientPass _gradient;
    private readonly GainCorrection _correction = new();
    private readonly SearchState _progress;
    private readonly bool _large;

    /// <summary>Prepares a search.</summary>
    /// <param name="context">What to work with.</param>
    /// <param name="gradient">Gradients on the context's model.</param>
    /// <param name="evaluator">Exact effects on it.</param>
    public GradientStrategy(SearchContext context, GradientPass gradient, CandidateEvaluator evaluator)
    {
        _context = context;
        _gradient = gradient;
        _evaluator = evaluator;
        _large = RoundSize.IsLarge(context);
        _progress = new SearchState(context, _correction);
    }

    // A second line doubles the cost. A run of a large model costs so much that the time is better spent on moves.
    private int Width => _large ? 1 : 2;

    private RoundSize Size => RoundSize.For(_context).Widened(_progress.Widenings);

    /// <summary>
    /// Chooses and makes moves until the target is reached on the evaluation data or the budget is used.
    /// </summary>
    /// <param name="errors">The error objective on this model's scale.</param>
    /// <param name="classes">All classes, those that the model gives most weight to first.</param>
    public void Run(Objective errors, IReadOnlyList<int> classes)
    {
        List<SearchLine> lines = _progress.Load() is { } saved ? [.. saved.Select(WithinBudget)]
            : Begin(errors, classes);
        while (true)
        {
            lines = [.. lines.OrderBy(line => line.WeightCount)];
            if (lines.Exists(Finishes)) return;

            // Where every collapse came to nothing, errors of any kind get their turn.
            if (lines.Exists(CanGoOn)) lines = Advance(lines);
            else if (lines.TrueForAll(line => line.Objective.CollapseClass is not null)) lines = [Fresh(errors)];
            else break;
            _progress.Save(lines);
        }

        var best = lines.MinBy(line => line.Accuracy)!;
        _context.Load(best.Moves, best.Excluded);
    }

    private List<SearchLine> Begin(Objective errors, IReadOnlyList<int> classes)
    {
        var line = Fresh(errors);
        if (_large) return [line];
        List<SearchLine> lines =
        [
            line,
            .. classes.Take(MostClasses)
                .Select(c => line with { Objective = errors with { CollapseClass = c } }),
        ];
        var trials = Rounds(RoundSize.ForTrial);
        for (var i = 0; i < lines.Count; i++)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            lines[i] = trials.Run(lines[i], TrialMoves, branches: 1)[0];
            Tell($"trying {Name(lines[i].Objective)}", lines[i]);
        }

        lines = [.. Promising(lines).OrderBy(l => l.Accuracy).Take(Width)];
        _progress.Save(lines);
        return lines;
    }

    private List<SearchLine> Advance(List<SearchLine> lines)
    {
        var next = new List<SearchLine>();
        var rounds = Rounds(Size);
        foreach (var line in lines.Where(CanGoOn))
        {
            _context.Cancellation.ThrowIfCancellationRequested();

            // Few moves a round at first, and more as single ones matter less.
            var moves = 2 + line.Moves.Count / 8;
            foreach (var branch in rounds.Run(line, moves, branches: Width))
            {
                if (next.Exists(branch.ChangesTheSame)) continue;
                Tell(Name(branch.Objective), branch);
                next.Add(branch);
            }
        }

        _progress.Round++;

        // The best of each objective first: what one of them can't reach, another may.
        return
        [
            .. Promising(next).OrderBy(line => line.Accuracy).GroupBy(line => line.Objective)
                .SelectMany(group => group.Select((line, rank) => (line, rank)))
                .OrderBy(pair => pair.rank).ThenBy(pair => pair.line.Accuracy).Take(Width).Select(pair => pair.line),
        ];
    }

    private static IEnumerable<SearchLine> Promising(List<SearchLine> lines) =>
        lines.Where(line => line.Accuracy <= Math.Max(0, lines.Min(other => other.Accuracy)) * MostBehind);

    private SearchLine Fresh(Objective objective) =>
        new(objective, [], _context.NoneExcluded(), Score: null, IdleRounds: 0);

    /// <summary>
    /// The line as it is if it keeps the budget, else without the moves that go beyond, the last made: a search that is
    /// resumed may have less than it had.
    /// </summary>
    private SearchLine WithinBudget(SearchLine line)
    {
        if (line.WeightCount <= _context.Settings.MaxWeights) return line;
        var moves = new List<AcceptedMove>();
        var weights = 0;
        foreach (var move in line.Moves)
        {
            weights += move.Candidate.NewValues.Count;
            if (weights > _context.Settings.MaxWeights) break;
            moves.Add(move);
        }

        _context.Load(moves, line.Excluded);
        var data = _context.Signature.Sample(_context.Calibration, Size.Exact);
        var shorter = line with { Moves = moves, Score = _evaluator.Evaluate(data, line.Objective) };
        Tell("giving back what exceeds the budget", shorter);
        return shorter;
    }

    private bool CanGoOn(SearchLine line) =>
        line.IdleRounds < MostIdleRounds && line.WeightCount < _context.Settings.MaxWeights;

    /// <summary>
    /// Whether a line meets the target: by the cheap measure, on all calibration data, and on the evaluation data. If
    /// so, the context is left with its moves, without those that are not needed.
    /// </summary>
    private bool Finishes(SearchLine line)
    {
        if (line.Accuracy > _context.CalibrationTarget) return false;
        _context.Load(line.Moves, line.Excluded);
        var accuracy = _evaluator.Evaluate(_context.Calibration, line.Objective).Accuracy;
        if (accuracy > _context.CalibrationTarget || !_context.MeetsTarget())
        {
            // On the examples that choose moves there is nothing left to gain: the next rounds look at more.
            _progress.Widenings++;
            return false;
        }

        Tell("giving back what is not needed", line);
        new RemovalPass(_context, _evaluator, Size).Run(line.Objective, accuracy);
        if (!_context.MeetsTarget()) _context.Load(line.Moves, line.Excluded);
        return true;
    }

    private MoveRound Rounds(RoundSize size) => new(_context, _gradient, _evaluator, _correction, size);

    private void Tell(string phase, SearchLine line) =>
        _context.Report(phase, _progress.Round, line.Score!.Value, line.WeightCount);

    private static string Name(Objective objective) => objective.CollapseClass is { } collapse
        ? string.Create(CultureInfo.InvariantCulture, $"collapse to class {collapse}")
        : "errors of any kind";
}

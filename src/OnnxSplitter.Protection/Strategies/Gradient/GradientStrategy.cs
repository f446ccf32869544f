using System.Globalization;
using OnnxSplitter.Data;
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

    // A line of which so many times as much is left as of the best one does not overtake it any more.
    private const double MostBehind = 1.5;

    // One move says little: the objective that gains most by its first move is seldom the one that gets there first.
    private const int TrialMoves = 3;

    // What is left on all calibration data, as a multiple of what may be, where the examples that choose moves misled.
    private const double FarOff = 1.25;

    // What a readout explains of so few examples at a place inside is mostly chance, which does not fall: the target is
    // asked again when this part of the way is gone.
    private const double InsideFall = 0.1;

    private readonly SearchContext _context;
    private readonly CandidateEvaluator _evaluator;
    private readonly GradientPass _gradient;
    private readonly GainCorrection _correction = new();
    private readonly SearchState _progress;
    private readonly RoundSize _size;
    private readonly Stall _stall = new();
    private readonly AcceptedMove[] _given;

    /// <summary>Prepares a search.</summary>
    /// <param name="context">What to work with; the moves that it has made stay, whatever comes after them.</param>
    /// <param name="gradient">Gradients on the context's model.</param>
    /// <param name="evaluator">Exact effects on it.</param>
    public GradientStrategy(SearchContext context, GradientPass gradient, CandidateEvaluator evaluator)
    {
        _context = context;
        _gradient = gradient;
        _evaluator = evaluator;
        _size = RoundSize.For(context.Model.Tensors.Sum(tensor => tensor.Count), gradient.Products,
            classes: context.Signature.Metric == Metric.Accuracy);
        _progress = new SearchState(context, _correction);
        _given = [.. context.Accepted];
    }

    // A second line doubles the cost. A run of a large model costs so much that the time is better spent on moves.
    private int Width => _size.IsLarge || _context.Joint is not null ? 1 : 2;

    private RoundSize Size => _size.Widened(_progress.Widenings);

    /// <summary>
    /// Chooses and makes moves until the target is reached on the evaluation data or the budget is used.
    /// </summary>
    /// <param name="objectives">Those that compete, at least one; large models are only tried by the first.</param>
    /// <param name="fallback">Takes over where all of them came to nothing; null for none.</param>
    public void Run(IReadOnlyList<Objective> objectives, Objective? fallback)
    {
        List<SearchLine> lines = _progress.Load() is { } saved ? [.. saved.Select(WithinBudget)]
            : Begin(objectives);
        while (true)
        {
            lines = [.. lines.OrderBy(line => line.WeightCount)];
            if (lines.Exists(Finishes)) return;
            if (_context.Readings.TakeInside() is { Places.Count: > 0 } inside)
                lines = [.. lines.Select(line => Inside(line, inside.Places, inside.Fall))];
            if (_context.HasEnough)
                lines = [.. lines.Select(line => line with { Objective = line.Objective.OfOutputs })];
            if (_stall.Is(lines, _progress)) break;

            // Where every collapse came to nothing, errors of any kind get their turn.
            if (lines.Exists(CanGoOn)) lines = Advance(lines);
            else if (fallback is not null && lines.TrueForAll(line => line.Objective != fallback))
                lines = [Fresh(fallback)];
            else break;
            _progress.Save(lines);
        }

        _context.Supposition.Become([]);
        var best = lines.MinBy(line => line.Left)!;
        _context.Load(best.Moves, best.Excluded);
    }

    private List<SearchLine> Begin(IReadOnlyList<Objective> objectives)
    {
        if (_size.IsLarge || objectives.Count == 1) return [Fresh(objectives[0])];
        List<SearchLine> lines = [.. objectives.Select(Fresh)];
        var trials = Rounds(RoundSize.ForTrial);
        for (var i = 0; i < lines.Count; i++)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            lines[i] = trials.Run(lines[i], TrialMoves, branches: 1)[0];
            Tell($"trying {Name(lines[i].Objective)}", lines[i]);
        }

        lines = [.. Promising(lines).OrderBy(l => l.Left).Take(Width)];
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
            .. Promising(next).OrderBy(line => line.Left).GroupBy(line => line.Objective)
                .SelectMany(group => group.Select((line, rank) => (line, rank)))
                .OrderBy(pair => pair.rank).ThenBy(pair => pair.line.Left).Take(Width).Select(pair => pair.line),
        ];
    }

    private static IEnumerable<SearchLine> Promising(List<SearchLine> lines) =>
        lines.Where(line => line.Left <= Math.Max(0, lines.Min(other => other.Left)) * MostBehind);

    private SearchLine Fresh(Objective objective)
    {
        var excluded = _context.NoneExcluded();
        foreach (var move in _given) excluded.Add(move.Candidate);
        return new(objective, _given, excluded, Score: null, IdleRounds: 0);
    }

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
        if (line.Score is not { } score || !_context.IsLow(score)) return false;
        _context.Supposition.Become([]);
        _context.Load(line.Moves, line.Excluded);
        var left = _evaluator.Evaluate(_context.Calibration, line.Objective.OfOutputs).Left;
        var target = _context.CalibrationTarget;
        if (left > target || !_context.MeetsTarget(left))
        {
            // On the examples that choose moves there is nothing left to gain: the next rounds look at more. A joint
            // objective still falls on them, if they are not far off.
            if (_context.Joint is null || left > FarOff * target) _progress.Widenings++;
            return false;
        }

        if (_context.SupposesUndoing())
        {
            Tell("looking for what undoing can't bring back", line);
            _stall.Forget();
            return false;
        }

        Tell("giving back what is not needed", line);
        new RemovalPass(_context, _evaluator, Size, _given).Run(line.Objective, left);
        if (!_context.MeetsTarget() || _context.ShowsChanges()) _context.Load(line.Moves, line.Excluded);
        return true;
    }

    /// <summary>The line, driving down too what places inside carry that kept too much.</summary>
    private SearchLine Inside(SearchLine line, IReadOnlyList<OutputBlock> places, double fall)
    {
        if (line.Objective is not ExplainedObjective objective) return line;
        if (objective.Blocks.All(block => block.Inside is null)) _stall.Forget();
        var data = _context.Signature.Sample(_context.Calibration, Size.Exact);
        var rows = _evaluator.Outputs(data);
        return line with
        {
            Objective = objective.And([.. places.Select(place =>
                ExplainedPlace.Asking(place, data, rows, 1 - InsideFall * (1 - fall), _context.CalibrationTarget))]),
        };
    }

    private MoveRound Rounds(RoundSize size) => new(_context, _gradient, _evaluator, _correction, size);

    private void Tell(string phase, SearchLine line) =>
        _context.Report(phase, _progress.Round, line.Score!.Value, line.WeightCount);

    private static string Name(Objective objective) => objective switch
    {
        ExplainedObjective => "what a readout explains",
        ExampleObjective { CollapseClass: { } collapse } =>
            string.Create(CultureInfo.InvariantCulture, $"collapse to class {collapse}"),
        _ => "errors of any kind",
    };
}

using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// Updates of the controller: rollouts with the filters that it picks, and what it learns from them. Goes on from saved
/// state, and saves after each update.
/// </summary>
internal sealed class RolloutSearch : IDisposable
{
    private readonly SearchContext _context;
    private readonly NnSplitterOptions _options;
    private readonly IReadOnlyList<FilterLayer> _layers;
    private readonly WeightOptimiser _optimiser;
    private readonly MaskRule _rule;
    private readonly IFilterPicker _picker;
    private RolloutState _progress = new(0, null, null);

    /// <summary>Makes the picker, and reads the saved state if there is one.</summary>
    public RolloutSearch(
        SearchContext context, NnSplitterOptions options, IReadOnlyList<FilterLayer> layers, WeightOptimiser optimiser)
    {
        (_context, _options, _layers, _optimiser) = (context, options, layers, optimiser);
        _rule = new MaskRule(options.MaskCenter ?? Center(context, layers, options.MaskShift), options.MaskWidth,
            Math.Min(options.MaskCount ?? context.Settings.MaxWeights, context.Settings.MaxWeights));
        var shape = new ControllerShape([.. layers.Select(layer => layer.Filters)], options.FiltersPerLayer,
            options.HiddenSize, options.Rollouts);
        _picker = options.Controller == ControllerKind.Rnn
            ? new Controller(shape, options.ControllerLearningRate, context.Settings.Seed)
            : new RandomPicker(shape);
        try
        {
            if (context.Journal.Saved is { } saved) _progress = RolloutStateCodec.Decode(saved, _picker, layers, _rule);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Searches until the target is reached and nothing better comes, or the updates are used up.</summary>
    /// <returns>The best rollout since the last rejection; null if there was none.</returns>
    public Rollout? Run()
    {
        while (_picker.Updates < _options.Updates && !IsDone(_progress))
        {
            _progress = Update(_picker, _progress);
            Save();
        }

        return Of(_progress.Best);
    }

    /// <summary>Puts the best rollout aside: it does not hold on the evaluation data, another may.</summary>
    public void Reject()
    {
        _progress = new RolloutState(0, null, Better(_progress.Rejected, _progress.Best));
        Save();
    }

    /// <summary>The best rollout of all, rejected or not; null if no mask ever held a weight.</summary>
    public Rollout? Best => Of(Better(_progress.Rejected, _progress.Best));

    /// <summary>Releases the picker.</summary>
    public void Dispose() => _picker.Dispose();

    private void Save() => _context.Journal.Save(RolloutStateCodec.Encode(_picker, _progress, _rule));

    // A search that goes on with a larger budget has rollouts of a smaller one: as many weights, the nearest to c.
    private Rollout? Of(BestRollout? best) =>
        best is null ? null : new Rollout(Mask(best.Picks, best.Changes.Length), best.Changes, best.Score);

    private static BestRollout? Better(BestRollout? one, BestRollout? other) =>
        one is null || (other is not null && IsBetter(other.Score, one.Score)) ? other : one;

    private RolloutState Update(IFilterPicker picker, RolloutState progress)
    {
        var picks = picker.Sample(new Random(SeedOf(picker.Updates)));
        var rewards = new double[picks.Length];
        var (best, idle) = (progress.Best, progress.Idle + 1);
        for (var i = 0; i < picks.Length; i++)
        {
            var mask = Mask(picks[i], _rule.Most);

            // A given epsilon may leave nothing: such picks are worth as little as can be.
            rewards[i] = -1;
            if (mask.Weights.Count == 0) continue;
            var rollout = _optimiser.Run(mask, new float[mask.Weights.Count]);
            rewards[i] = -rollout.Score.Accuracy;
            _context.Report("rollout", picker.Updates * picks.Length + i + 1, rollout.Score, rollout.Count);
            if (best is not null && !IsBetter(rollout.Score, best.Score)) continue;
            (best, idle) = (new BestRollout(picks[i], rollout.Changes, rollout.Score), 0);
        }

        picker.Learn(picks, rewards);
        return progress with { Idle = idle, Best = best };
    }

    private bool IsDone(RolloutState progress) => progress.Idle >= _options.Patience
        && progress.Best is { } best && best.Score.Accuracy <= _context.CalibrationTarget;

    /// <summary>The lower accuracy; of equal ones, the lower objective.</summary>
    private static bool IsBetter(Score one, Score other) =>
        (one.Accuracy, one.Objective).CompareTo((other.Accuracy, other.Objective)) < 0;

    private FilterMask Mask(int[][] picks, int most) =>
        FilterMask.Of(_context.Model, _layers, picks, _rule.Center, _rule.Width, most);

    // A generator of its own for each update: what was drawn before a break need not be drawn again.
    private int SeedOf(int update) => unchecked(_context.Settings.Seed * 486_187_739 + update + 1);

    /// <summary>The mean of all weights, moved by a share of the way to the smallest.</summary>
    private static double Center(SearchContext context, IReadOnlyList<FilterLayer> layers, double shift)
    {
        double sum = 0, smallest = double.PositiveInfinity;
        foreach (var layer in layers)
        {
            foreach (var value in context.Model.Values(layer.Tensor.Path))
            {
                sum += value;
                smallest = Math.Min(smallest, value);
            }
        }

        var mean = sum / layers.Sum(layer => layer.Tensor.Count);
        return mean + (smallest - mean) * shift;
    }
}

using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// Updates of the controller: rollouts with the filters that it picks, and what it learns from them. Goes on from saved
/// state, and saves after each update.
/// </summary>
internal sealed class RolloutSearch(
    SearchContext context, NnSplitterOptions options, IReadOnlyList<FilterLayer> layers, WeightOptimiser optimiser)
{
    private readonly double _center = options.MaskCenter ?? Center(context, layers);
    private readonly int _most = Math.Min(options.MaskCount ?? context.MaxWeights, context.MaxWeights);

    /// <summary>Searches until the target is reached and nothing better comes, or the updates are used up.</summary>
    /// <returns>The best rollout; null if no mask ever held a weight.</returns>
    public Rollout? Run()
    {
        var shape = new ControllerShape([.. layers.Select(layer => layer.Filters)], options.FiltersPerLayer,
            options.HiddenSize, options.Rollouts);
        using IFilterPicker picker = options.Controller == ControllerKind.Rnn
            ? new Controller(shape, options.ControllerLearningRate, context.Seed)
            : new RandomPicker(shape);
        var progress = context.Journal.Saved is { } saved
            ? SearchStateCodec.Decode(saved, picker, layers)
            : new RolloutProgress(0, null);
        while (picker.Updates < options.Updates && !IsDone(progress))
        {
            progress = Update(picker, progress);
            context.Journal.Save(SearchStateCodec.Encode(picker, progress));
        }

        return progress.Best is { } best ? new Rollout(Mask(best.Picks), best.Changes, best.Measure) : null;
    }

    private RolloutProgress Update(IFilterPicker picker, RolloutProgress progress)
    {
        var picks = picker.Sample(new Random(SeedOf(picker.Updates)));
        var rewards = new double[picks.Length];
        var (best, idle) = (progress.Best, progress.Idle + 1);
        for (var i = 0; i < picks.Length; i++)
        {
            var mask = Mask(picks[i]);

            // A given epsilon may leave nothing: such picks are worth as little as can be.
            rewards[i] = -1;
            if (mask.Weights.Count == 0) continue;
            var rollout = optimiser.Run(mask, new float[mask.Weights.Count]);
            rewards[i] = -rollout.Measure.Accuracy;
            context.Report("rollout", picker.Updates * picks.Length + i + 1, rollout.Measure, rollout.Count);
            if (best is not null && !IsBetter(rollout.Measure, best.Measure)) continue;
            (best, idle) = (new BestRollout(picks[i], rollout.Changes, rollout.Measure), 0);
        }

        picker.Learn(picks, rewards);
        return new RolloutProgress(idle, best);
    }

    private bool IsDone(RolloutProgress progress) => progress.Idle >= options.Patience
        && progress.Best is { } best && best.Measure.Accuracy <= context.CalibrationTarget;

    /// <summary>The lower accuracy; of equal ones, the lower objective.</summary>
    private static bool IsBetter(Measure one, Measure other) =>
        (one.Accuracy, one.Objective).CompareTo((other.Accuracy, other.Objective)) < 0;

    private FilterMask Mask(int[][] picks) =>
        FilterMask.Of(context.Model, layers, picks, _center, options.MaskWidth, _most);

    // A generator of its own for each update: what was drawn before a break need not be drawn again.
    private int SeedOf(int update) => unchecked(context.Seed * 486_187_739 + update + 1);

    /// <summary>A quarter of the way from the mean of all weights to the smallest.</summary>
    private static double Center(SearchContext context, IReadOnlyList<FilterLayer> layers)
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
        return mean + (smallest - mean) / 4;
    }
}

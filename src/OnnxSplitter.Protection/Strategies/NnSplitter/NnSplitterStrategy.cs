using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// NNSplitter (Zhou et al., ICML 2023): a controller picks filters, their weights near c are optimised to do the most
/// harm, and the controller learns from the accuracy that is left. The best rollout is then thinned out: the half of
/// its weights that change least go back to what they were, the others are optimised again, and so on with smaller
/// parts as long as the target holds. If none of this holds on the evaluation data, the search goes on without that
/// rollout.
/// </summary>
internal sealed class NnSplitterStrategy(SearchContext context, ExampleObjective objective)
{
    /// <summary>Shares of the weights that are kept, the boldest first; each is used as long as it works.</summary>
    private static readonly double[] KeptShares = [0.5, 0.75, 0.9];

    /// <summary>Chooses and makes changes.</summary>
    public void Run()
    {
        var options = context.Settings.NnSplitter;
        var layers = FilterLayer.Of(context.Model, context.Signature.Output, options.Clamp);
        var optimiser = new WeightOptimiser(context, options, objective);
        using var search = new RolloutSearch(context, options, layers, optimiser);
        while (search.Run() is { } best && best.Score.Accuracy <= context.CalibrationTarget)
        {
            // Judged by calibration data so far: the fewest weights that hold on the evaluation data win.
            foreach (var rollout in Thin(best, optimiser))
            {
                Make(rollout);
                if (context.MeetsTarget()) return;
                context.Load([], context.NoneExcluded());
            }

            search.Reject();
        }

        if (search.Best is { } left) Make(left);
    }

    /// <summary>The rollouts that meet the target, the thinnest first, the given one last.</summary>
    private Stack<Rollout> Thin(Rollout best, WeightOptimiser optimiser)
    {
        var found = new Stack<Rollout>([best]);
        if (context.Settings.NnSplitter.KeepMask) return found;
        var attempt = 0;
        foreach (var share in KeptShares)
        {
            while (true)
            {
                var present = found.Peek();
                var count = (int)(present.Mask.Weights.Count * share);
                if (count < 1) break;
                int[] kept =
                [
                    .. Enumerable.Range(0, present.Changes.Length).OrderByDescending(i => Math.Abs(present.Changes[i]))
                        .Take(count).Order(),
                ];
                var thinner = optimiser.Run(present.Mask.Only(kept), [.. kept.Select(i => present.Changes[i])]);
                context.Report("fewer weights", ++attempt, thinner.Score, thinner.Count);
                if (thinner.Score.Accuracy > context.CalibrationTarget) break;
                found.Push(thinner);
            }
        }

        return found;
    }

    private void Make(Rollout rollout)
    {
        foreach (var candidate in rollout.Candidates()) context.Accept(candidate);
    }
}

using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// Takes back moves that turned out not to be needed, least useful first: half of them at once if the target still
/// holds, else half of that, and so on down to the first single move that can't go.
/// </summary>
/// <param name="context">What to work with.</param>
/// <param name="evaluator">Exact effects on its model.</param>
/// <param name="trialExamples">Examples that removals are tried on; what is left is judged by all calibration data.</param>
internal sealed class RemovalPass(SearchContext context, CandidateEvaluator evaluator, int trialExamples)
{
    private readonly Dataset _trialData = context.Calibration.First(trialExamples);

    /// <summary>Takes back what can go without the calibration data's accuracy rising above the target.</summary>
    /// <param name="objective">What was driven down.</param>
    /// <param name="accuracy">Accuracy on the calibration data with all moves; may be above the target already.</param>
    public void Run(Objective objective, double accuracy)
    {
        var ranked = Dispensable(objective, out var limit);
        var removed = new Stack<AcceptedMove>();
        for (var count = (ranked.Count + 1) / 2; count > 0 && ranked.Count > 0 && context.Accepted.Count > 1;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var trial = ranked.Take(Math.Min(count, context.Accepted.Count - 1)).ToList();
            trial.ForEach(context.Withdraw);
            if (evaluator.Evaluate(_trialData, objective).Accuracy <= limit)
            {
                trial.ForEach(removed.Push);
                ranked.RemoveRange(0, trial.Count);
            }
            else
            {
                trial.ForEach(context.Renew);
                count /= 2;
            }
        }

        limit = Math.Max(context.Target, accuracy);
        while (removed.Count > 0 && evaluator.Evaluate(context.Calibration, objective).Accuracy > limit)
            context.Renew(removed.Pop());
    }

    /// <summary>Moves whose taking back alone keeps the accuracy within the limit, the least useful first.</summary>
    private List<AcceptedMove> Dispensable(Objective objective, out double limit)
    {
        var reverts = context.Accepted
            .Select(move => move.Candidate with { Weights = move.Replaced }).ToArray();
        var measures = evaluator.Evaluate(reverts, _trialData, objective, out var present);
        var most = limit = Math.Max(context.Target, present.Accuracy);
        return
        [
            .. context.Accepted.Zip(measures).Where(pair => pair.Second.Accuracy <= most)
                .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First),
        ];
    }
}

using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// Takes back moves that turned out not to be needed, least useful first: half of them at once if the target still
/// holds, else half of that, and so on down to single moves.
/// </summary>
/// <param name="context">What to work with.</param>
/// <param name="evaluator">Exact effects on its model.</param>
/// <param name="trialExamples">Examples that removals are tried on; what is left is judged by all calibration data.</param>
internal sealed class RemovalPass(SearchContext context, CandidateEvaluator evaluator, int trialExamples)
{
    private readonly Dataset _trialData = context.Calibration.First(trialExamples);

    /// <summary>Takes back what the calibration data does not need.</summary>
    /// <returns>The moves that were taken back.</returns>
    public IReadOnlyCollection<AcceptedMove> Run(Objective objective)
    {
        var ranked = Dispensable(objective);
        var removed = new Stack<AcceptedMove>();
        for (var count = (ranked.Count + 1) / 2; ranked.Count > 0 && context.Accepted.Count > 1;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var trial = ranked.Take(Math.Clamp(count, 1, context.Accepted.Count - 1)).ToList();
            trial.ForEach(context.Withdraw);
            if (evaluator.Evaluate(_trialData, objective).Accuracy <= context.CalibrationTarget)
            {
                trial.ForEach(removed.Push);
                ranked.RemoveRange(0, trial.Count);
            }
            else
            {
                trial.ForEach(context.Renew);
                if (trial.Count == 1) ranked.RemoveAt(0);
                count /= 2;
            }
        }

        while (removed.Count > 0
            && evaluator.Evaluate(context.Calibration, objective).Accuracy > context.CalibrationTarget)
            context.Renew(removed.Pop());
        return removed;
    }

    /// <summary>Moves whose taking back alone leaves the target met, the least useful first.</summary>
    private List<AcceptedMove> Dispensable(Objective objective)
    {
        var reverts = context.Accepted
            .Select(move => move.Candidate with { Weights = move.Replaced }).ToArray();
        return
        [
            .. context.Accepted.Zip(evaluator.Evaluate(reverts, _trialData, objective))
                .Where(pair => pair.Second.Accuracy <= context.CalibrationTarget)
                .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First),
        ];
    }
}

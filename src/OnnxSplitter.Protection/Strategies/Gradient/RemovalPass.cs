using OnnxSplitter.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>
/// Takes back moves that turned out not to be needed, least useful first: half of them at once if the target still
/// holds, else half of that, and so on down to the first single move that can't go.
/// </summary>
/// <param name="context">What to work with.</param>
/// <param name="evaluator">Exact effects on its model.</param>
/// <param name="size">
/// Examples that moves are ranked by and that removals are tried on; what is left is judged by all calibration data.
/// </param>
/// <param name="given">Moves that stay.</param>
internal sealed class RemovalPass(
    SearchContext context, CandidateEvaluator evaluator, RoundSize size, IReadOnlyList<AcceptedMove> given)
{
    private readonly Dataset _rankingData = context.Signature.Sample(context.Calibration, size.Screening);
    private readonly Dataset _trialData = context.Signature.Sample(context.Calibration, size.Exact);

    /// <summary>Takes back what can go without what is left on the calibration data rising above the limit.</summary>
    /// <param name="objective">What was driven down.</param>
    /// <param name="left">What is left on the calibration data with all moves; may be above the target already.</param>
    public void Run(Objective objective, double left)
    {
        var ranked = Dispensable(objective);
        var limit = Limit(evaluator.Evaluate(_trialData, objective).Left);
        var removed = new Stack<AcceptedMove>();
        for (var count = (ranked.Count + 1) / 2; count > 0 && ranked.Count > 0 && context.Accepted.Count > 1;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var trial = ranked.Take(Math.Min(count, context.Accepted.Count - 1)).ToList();
            trial.ForEach(context.Withdraw);
            if (evaluator.Evaluate(_trialData, objective).Left <= limit)
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

        limit = Limit(left);
        while (removed.Count > 0 && evaluator.Evaluate(context.Calibration, objective).Left > limit)
            for (var count = (removed.Count + 1) / 2; count > 0; count--) context.Renew(removed.Pop());
    }

    /// <summary>Moves whose taking back alone leaves the model where it is, the least useful first.</summary>
    private List<AcceptedMove> Dispensable(Objective objective)
    {
        var reverts = context.Accepted
            .Select(move => move.Candidate with { NewValues = move.Replaced }).ToArray();
        var measures = evaluator.Evaluate(reverts, _rankingData, objective, out var present);
        var limit = Limit(present.Left);
        return
        [
            .. context.Accepted.Zip(measures).Where(pair => pair.Second.Left <= limit && !given.Contains(pair.First))
                .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First),
        ];
    }

    /// <summary>How high what is left may rise from where it is.</summary>
    private double Limit(double present) => size.Strict ? present : Math.Max(context.Target, present);
}

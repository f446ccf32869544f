using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Takes back moves that turned out not to be needed, least useful first: half of them at once if the target still
/// holds, else half of that, and so on down to single moves.
/// </summary>
internal sealed class RemovalPass(SearchContext context)
{
    private const int RankingExamples = 64;

    // Single moves that may fail before the rest counts as needed.
    private const int MostFailures = 4;

    public void Run(CandidateEvaluator evaluator, Objective objective)
    {
        var ranked = Rank(evaluator, objective);
        var removed = new Stack<AcceptedMove>();
        var failures = 0;
        for (var count = ranked.Count / 2; ranked.Count > 1 && failures < MostFailures;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var trial = ranked.Take(Math.Max(1, count)).ToList();
            trial.ForEach(context.Withdraw);
            if (evaluator.Evaluate(context.Calibration, objective).Accuracy <= context.CalibrationTarget)
            {
                trial.ForEach(removed.Push);
                ranked.RemoveRange(0, trial.Count);
            }
            else
            {
                trial.ForEach(context.Renew);
                if (count <= 1)
                {
                    ranked.RemoveAt(0);
                    failures++;
                }

                count /= 2;
            }
        }

        // Removals were judged by calibration data; they stand as far as the evaluation data still meets the target.
        while (removed.Count > 0 && context.EvaluationAccuracy() > context.Target) context.Renew(removed.Pop());
    }

    /// <summary>Moves in the order of what taking one back would do.</summary>
    private List<AcceptedMove> Rank(CandidateEvaluator evaluator, Objective objective)
    {
        var reverts = context.Accepted
            .Select(move => new Candidate(move.Candidate.Tensor, move.Replaced, 0)).ToArray();
        return
        [
            .. context.Accepted.Zip(evaluator.Evaluate(reverts, context.Calibration.First(RankingExamples), objective))
                .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First),
        ];
    }
}

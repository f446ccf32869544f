using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Takes back moves that turned out not to be needed, least useful first: half of them at once if the target still
/// holds, else half of that, and so on down to single moves; until no single one can go.
/// </summary>
internal sealed class RemovalPass(SearchContext context)
{
    private const int RankingExamples = 128;

    // Single moves that may fail in a row before the rest counts as needed.
    private const int MostFailures = 3;

    public void Run(CandidateEvaluator evaluator, Objective objective)
    {
        for (var share = 2; context.Accepted.Count > 1;)
        {
            var ranked = Rank(evaluator, objective);
            var count = Math.Max(1, ranked.Count / share);
            if (TryWithout([.. ranked.Take(count)], evaluator, objective)) continue;
            share *= 2;
            if (count > 1) continue;
            if (!ranked.Skip(1).Take(MostFailures - 1).Any(move => TryWithout([move], evaluator, objective))) return;
        }
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

    /// <summary>Removals are judged by calibration data; they stand if the evaluation data still meets the target.</summary>
    private bool TryWithout(List<AcceptedMove> moves, CandidateEvaluator evaluator, Objective objective)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        moves.ForEach(context.Withdraw);
        if (evaluator.Evaluate(context.Calibration, objective).Accuracy <= context.CalibrationTarget
            && context.EvaluationAccuracy() <= context.Target) return true;
        moves.ForEach(context.Renew);
        return false;
    }
}

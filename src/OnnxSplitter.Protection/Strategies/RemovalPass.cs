using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>Takes back moves that turned out not to be needed, least useful first.</summary>
internal sealed class RemovalPass(SearchContext context)
{
    // Each trial runs the calibration data once; past a few failures in a row the rest is needed.
    private const int Trials = 6;
    private const int RankingExamples = 128;

    public void Run(CandidateEvaluator evaluator, Objective objective)
    {
        var reverts = context.Accepted
            .Select(move => new Candidate(move.Candidate.Tensor, move.Replaced, 0)).ToArray();
        if (reverts.Length < 2) return;
        var ranked = context.Accepted
            .Zip(evaluator.Evaluate(reverts, context.Calibration.First(RankingExamples), objective))
            .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First).Take(Trials).ToArray();
        var removed = new Stack<AcceptedMove>();
        foreach (var move in ranked)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Withdraw(move);
            if (evaluator.Evaluate(context.Calibration, objective).Accuracy <= context.Target) removed.Push(move);
            else context.Renew(move);
        }

        // Removals were judged by calibration data; they stand if the evaluation data still meets the target.
        while (removed.Count > 0 && context.EvaluationAccuracy() > context.Target) context.Renew(removed.Pop());
    }
}

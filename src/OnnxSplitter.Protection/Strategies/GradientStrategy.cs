using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Rounds of moves chosen by gradient and measured exactly, with the objective that a tournament has picked; at the end
/// a pass that takes back what is not needed.
/// </summary>
internal sealed class GradientStrategy(SearchContext context)
{
    // A round makes few moves at first and more as they become less important.
    private int MovesPerExtra => RoundSize.IsLarge(context) ? 4 : 8;

    // A round whose best move did not help rules that move out, so the next one finds others.
    private const int MostIdleRounds = 5;

    /// <summary>Chooses and makes moves until the target is reached on the evaluation data or the budget is used.</summary>
    /// <param name="gradient">Gradients on the context's model.</param>
    /// <param name="evaluator">Exact effects on it.</param>
    /// <param name="errors">The error objective on this model's scale.</param>
    /// <param name="classes">All classes, those that the model gives most weight to first.</param>
    public bool Run(GradientPass gradient, CandidateEvaluator evaluator, Objective errors, IEnumerable<int> classes)
    {
        var objective = new ObjectiveTournament(context, gradient, evaluator, errors).Run(classes);
        var rounds = new MoveRound(context, gradient, evaluator, objective, RoundSize.For(context));
        var present = rounds.Present();
        var idle = 0;
        for (var round = 1; idle < MostIdleRounds && context.WeightsChanged < context.MaxWeights; round++)
        {
            context.Report("choosing weights", round, present, context.WeightsChanged);
            if (Reached(present)) return Trimmed();
            var before = context.WeightsChanged;
            present = rounds.Run(1 + context.Accepted.Count / MovesPerExtra, present);
            idle = context.WeightsChanged == before ? idle + 1 : 0;
        }

        return Reached(present) && Trimmed();

        bool Trimmed()
        {
            new RemovalPass(context).Run(evaluator, objective);
            return true;
        }

        // The cheap measure first, then all calibration data, then the evaluation data as a gate.
        bool Reached(Measure measure) => measure.Accuracy <= context.CalibrationTarget
            && evaluator.Evaluate(context.Calibration, objective).Accuracy <= context.CalibrationTarget
            && context.EvaluationAccuracy() <= context.Target;
    }
}

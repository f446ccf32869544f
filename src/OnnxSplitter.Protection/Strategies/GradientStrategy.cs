using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Rounds of: gradient, the moves with the highest first-order gain, their exact effect (first on a few examples, the
/// best of them on more), the best one made; then the runners-up are measured again with it in place. A round makes few
/// moves at first and more as they become less important.
/// </summary>
internal sealed class GradientStrategy(SearchContext context)
{
    private const int GradientExamples = 256;
    private const int ScreeningExamples = 128;
    private const int ExactExamples = 512;
    private const int Screened = 16;
    private const int Finalists = 5;
    private const int MovesPerExtra = 6;

    private readonly Dataset _gradientData = context.Calibration.First(GradientExamples);
    private readonly Dataset _screeningData = context.Calibration.First(ScreeningExamples);
    private readonly Dataset _exactData = context.Calibration.First(ExactExamples);

    /// <summary>Chooses and makes moves until the target is reached on the evaluation data or the budget is used.</summary>
    public bool Run(GradientPass gradient, CandidateEvaluator evaluator, Objective objective)
    {
        var present = evaluator.Evaluate(context.Calibration, objective);
        for (var round = 1; ; round++)
        {
            context.Report(round, present, context.WeightsChanged);
            if (present.Accuracy <= context.Target && context.EvaluationAccuracy() <= context.Target)
            {
                new RemovalPass(context).Run(evaluator, objective);
                return true;
            }

            var before = context.WeightsChanged;
            var gradients = gradient.Run(_gradientData, objective);
            present = Round(Propose(gradients), present, evaluator, objective);
            if (context.WeightsChanged == before) return false;
        }
    }

    private List<Candidate> Propose(Dictionary<string, float[]> gradients)
    {
        var candidates = new List<Candidate>();
        foreach (var tensor in context.Model.Tensors)
        {
            if (!gradients.TryGetValue(tensor.Path, out var gradient)) continue;
            foreach (var move in context.Moves)
                candidates.AddRange(move.Propose(
                    tensor, context.Model.Values(tensor.Path), gradient, context.Taken(tensor.Path), Screened));
        }

        return [.. candidates.Where(context.Allows).OrderByDescending(candidate => candidate.GainPerWeight).Take(Screened)];
    }

    private Measure Round(
        List<Candidate> candidates, Measure present, CandidateEvaluator evaluator, Objective objective)
    {
        var finalists = Best(candidates, _screeningData, Finalists + Accepts - 1, evaluator, objective)
            .Select(pair => pair.Candidate).ToList();
        for (var made = 0; made < Accepts && finalists.Count > 0; made++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            finalists = [.. Best(finalists, _exactData, finalists.Count, evaluator, objective).Select(pair => pair.Candidate)];
            var move = context.Accept(finalists[0]);
            finalists = [.. finalists.Skip(1).Where(context.Allows)];
            var after = evaluator.Evaluate(context.Calibration, objective);
            if (after.Objective < present.Objective)
            {
                present = after;
                if (present.Accuracy <= context.Target) break;
            }
            else
            {
                // It helped on the examples it was chosen by and not on all: take it back, and the round ends here.
                context.Withdraw(move);
                break;
            }
        }

        return present;
    }

    private int Accepts => 1 + context.Accepted.Count / MovesPerExtra;

    private static IEnumerable<(Candidate Candidate, double Objective)> Best(
        IReadOnlyList<Candidate> candidates, Dataset data, int count, CandidateEvaluator evaluator, Objective objective) =>
        candidates.Zip(evaluator.Evaluate(candidates, data, objective))
            .Select(pair => (pair.First, pair.Second.Objective))
            .OrderBy(pair => pair.Objective)
            .Take(count);
}

using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>How much a round looks at: examples for the gradient, for screening, for the exact choice, and moves.</summary>
internal sealed record RoundSize(int Gradient, int Screening, int Exact, int Screened, int Finalists)
{
    private const long Large = 2_000_000;

    /// <summary>Whether a model has so many weights that rounds look at fewer examples.</summary>
    public static bool IsLarge(SearchContext context) => context.Model.Tensors.Sum(tensor => tensor.Count) > Large;

    /// <summary>What a round of the main search looks at.</summary>
    public static RoundSize For(SearchContext context) => IsLarge(context)
        ? new RoundSize(Gradient: 128, Screening: 64, Exact: 192, Screened: 12, Finalists: 2)
        : new RoundSize(Gradient: 256, Screening: 128, Exact: 512, Screened: 16, Finalists: 4);
}

/// <summary>
/// One round of choosing: the gradient, the moves with the highest first-order gain, their exact effect (first on a few
/// examples, the best of them on more), the best one made; then the runners-up are measured again with it in place.
/// </summary>
internal sealed class MoveRound(
    SearchContext context, GradientPass gradient, CandidateEvaluator evaluator, Objective objective, RoundSize size)
{
    private readonly Dataset _gradientData = context.Calibration.First(size.Gradient);
    private readonly Dataset _screeningData = context.Calibration.First(size.Screening);
    private readonly Dataset _exactData = context.Calibration.First(size.Exact);

    /// <summary>The measure on the examples of the exact choice, at the model's present values.</summary>
    public Measure Present() => evaluator.Evaluate(_exactData, objective);

    /// <summary>Makes up to <paramref name="moves"/> moves.</summary>
    /// <param name="moves">At least one.</param>
    /// <param name="present">What <see cref="Present"/> is now.</param>
    /// <returns>What it is afterwards.</returns>
    public Measure Run(int moves, Measure present)
    {
        var finalists = Best(Propose(), _screeningData, size.Finalists + moves - 1);
        for (var made = 0; made < moves && finalists.Count > 0; made++)
        {
            if (made > 0 && present.Accuracy <= context.CalibrationTarget) break;
            context.Cancellation.ThrowIfCancellationRequested();
            var (candidate, after) =
                Best([.. finalists.Take(size.Finalists).Select(pair => pair.Candidate)], _exactData, 1)[0];
            if (after.Objective >= present.Objective)
            {
                // Looked good on few examples and is not on more: rule it out; the next gradient finds others.
                context.Withdraw(context.Accept(candidate));
                break;
            }

            context.Accept(candidate);
            present = after;
            finalists = [.. finalists.Where(pair => context.Allows(pair.Candidate))];
        }

        return present;
    }

    private List<Candidate> Propose()
    {
        var gradients = gradient.Run(_gradientData, objective);
        var candidates = new List<Candidate>();
        foreach (var tensor in context.Model.Tensors)
        {
            if (!gradients.TryGetValue(tensor.Path, out var slopes)) continue;
            foreach (var move in context.Moves)
                candidates.AddRange(move.Propose(
                    tensor, context.Model.Values(tensor.Path), slopes, context.Taken(tensor.Path), size.Screened));
        }

        return
        [
            .. candidates.Where(context.Allows).OrderByDescending(candidate => candidate.GainPerWeight).Take(size.Screened),
        ];
    }

    private List<(Candidate Candidate, Measure Measure)> Best(List<Candidate> candidates, Dataset data, int count) =>
    [
        .. candidates.Zip(evaluator.Evaluate(candidates, data, objective))
            .OrderBy(pair => pair.Second.Objective)
            .Take(count),
    ];
}

using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>
/// Tries which objective brings the accuracy down fastest: errors of any kind, or collapse to one of the classes. All
/// make a few moves, the better ones a few more, and the best goes on with the moves it has made.
/// </summary>
internal sealed class ObjectiveTournament(
    SearchContext context, GradientPass gradient, CandidateEvaluator evaluator, Objective errors)
{
    private static readonly RoundSize Size = new(Gradient: 128, Screening: 64, Exact: 192, Screened: 8, Finalists: 2);

    // Every contender costs some rounds. On a ResNet-18 collapse lost to errors, at the price of a third of the search:
    // large models don't try it.
    private int MostClasses => RoundSize.IsLarge(context) ? 0 : 10;

    /// <summary>Moves per stage, and how many contenders go on after it.</summary>
    private static readonly (int Moves, int Kept)[] Stages = [(2, 4), (2, 2), (3, 1)];

    private sealed class Contender(MoveRound round, Objective objective)
    {
        public MoveRound Round => round;

        public Objective Objective => objective;

        public IReadOnlyList<AcceptedMove> Moves { get; set; } = [];

        public Measure Measure { get; set; } = round.Present();
    }

    /// <summary>Leaves the context with the winner's moves made.</summary>
    /// <param name="classes">Classes to try collapse to, the likeliest first.</param>
    public Objective Run(IEnumerable<int> classes)
    {
        if (MostClasses == 0) return errors;
        var contenders = classes.Take(MostClasses).Select(c => errors with { CollapseClass = c }).Prepend(errors)
            .Select(objective => new Contender(new MoveRound(context, gradient, evaluator, objective, Size), objective))
            .ToList();
        var stage = 0;
        foreach (var (moves, kept) in Stages)
        {
            stage++;
            foreach (var contender in contenders)
            {
                context.Load(contender.Moves);
                contender.Measure = contender.Round.Run(moves, contender.Measure);
                context.Report(Name(contender.Objective), stage, contender.Measure, context.WeightsChanged);
                contender.Moves = context.Clear();
            }

            contenders = [.. contenders.OrderBy(contender => contender.Measure.Accuracy).Take(kept)];
            if (contenders[0].Measure.Accuracy <= context.CalibrationTarget) break;
        }

        context.Load(contenders[0].Moves);
        return contenders[0].Objective;
    }

    private static string Name(Objective objective) => objective.CollapseClass is { } collapse
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"trying collapse to class {collapse}")
        : "trying errors of any kind";
}

using System.Globalization;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// What the rows say against the project's goals: worked out from them, so that it can't say anything else.
/// </summary>
internal static class ResultsGoals
{
    private const string Small = "resnet20-fmnist";
    private const string Large = "resnet18-cifar10";

    /// <summary>One line per goal that the rows say something about.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<ResultsRow> rows)
    {
        yield return Goal($"{Small}, any move: at most 10 weights", Fewest(rows, Small), row => row.Weights <= 10);
        yield return Goal($"{Large}, any move: at most 27 weights, aim 13", Fewest(rows, Large), row =>
            row.Weights <= 27);
        yield return Goal($"{Large}, convolutions only: at most 35 weights",
            Find(rows, Large, ResultsCase.Convolutions), row => row.Weights <= 35);
        yield return Goal($"{Large}, swaps only: at most 60 weights", Find(rows, Large, "gradient, swap"), row =>
            row.Weights <= 60);
        yield return Goal($"{Large}, any move: at most 90 seconds", Find(rows, Large, "gradient, best"), row =>
            row.Seconds <= 90,
            row => Text($"{row.Seconds:f0} s"));
        yield return Goal($"{Large}, nnsplitter: at most 275 weights", Find(rows, Large, ResultsCase.Controller),
            row => row.Weights <= 275);
        foreach (var model in rows.Select(row => row.Model).Distinct(StringComparer.Ordinal))
            foreach (var line in Ratios(rows, model)) yield return line;
    }

    private static IEnumerable<string> Ratios(IReadOnlyList<ResultsRow> rows, string model)
    {
        if (Fewest(rows, model) is not { } ours) yield break;
        if (Find(rows, model, ResultsCase.Controller) is { } thinned)
            yield return Ratio($"{model}, weights: at most 1/10 of nnsplitter's, thinned out", ours.Weights,
                thinned.Weights, 0.1, thinned.Reached);
        if (Find(rows, model, ResultsCase.Published) is { } published)
        {
            yield return Ratio($"{model}, weights: at most 1/10 of nnsplitter's, as published", ours.Weights,
                published.Weights, 0.1, published.Reached);
            yield return Ratio($"{model}, seconds: at most 1/20 of a controller run of the published length",
                ours.Seconds,
                published.Seconds, 0.05, published.Reached);
        }

        if (Find(rows, model, ResultsCase.Controller) is { } ordinary
            && Find(rows, model, ResultsCase.CompactSecrets) is { } compact)
        {
            var lost = compact.Original - compact.Restored;
            yield return Text($"| {model}, compact: restored within 0.5 points | {lost:f2} points below ")
                + Text($"| {Word(lost <= 0.5 + 1e-9)} |");

            // What restores too far off is refused: then there are no secrets.
            if (compact.SecretsBytes > 0)
                yield return Ratio($"{model}, compact: secrets at most half", compact.SecretsBytes,
                    ordinary.SecretsBytes, 0.5, reached: true);
        }

        foreach (var controlled in rows.Where(row => row.Model == model && row.What == ResultsCase.Controller))
            if (rows.FirstOrDefault(row => row.Model == model && row.Seed == controlled.Seed
                && row.What == ResultsCase.Drawn) is { } drawn)
            {
                yield return Text($"| {model}, seed {controlled.Seed}: the controller against filters drawn at random ")
                    + Text($"| {Weights(controlled)} against {Weights(drawn)} | {Compared(controlled, drawn)} |");
            }
    }

    private static ResultsRow? Fewest(IEnumerable<ResultsRow> rows, string model) =>
        rows.Where(row => row.Model == model && row.Reached
            && row.What.StartsWith("gradient", StringComparison.Ordinal))
            .MinBy(row => row.Weights);

    private static ResultsRow? Find(IEnumerable<ResultsRow> rows, string model, string what) =>
        rows.FirstOrDefault(row => row.Model == model && row.What == what && row.Seed == 0);

    private static string Goal(
        string goal, ResultsRow? row, Func<ResultsRow, bool> met, Func<ResultsRow, string>? measured = null) =>
        row is null
            ? $"| {goal} | not measured | |"
            : $"| {goal} | {(measured ?? Weights)(row)} | {Word(row.Reached && met(row))} |";

    private static string Weights(ResultsRow row) => Text($"{row.Weights} weights, {row.Obfuscated:f2} %");

    private static string Ratio(string goal, double ours, double theirs, double most, bool reached) => Text(
        $"| {goal} | {ours:f0} / {theirs:f0} = {ours / theirs:f3}{(reached ? "" : ", and they missed the target")} ")
        + Text($"| {Word(ours / theirs <= most)} |");

    private static string Compared(ResultsRow one, ResultsRow other) => (one.Reached, other.Reached) switch
    {
        (true, true) => one.Weights < other.Weights ? "fewer" : one.Weights > other.Weights ? "more" : "as many",
        (true, false) => "it alone reached the target",
        (false, true) => "it missed the target",
        _ => one.Obfuscated < other.Obfuscated ? "both missed, it by less" : "both missed, it by more",
    };

    private static string Word(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

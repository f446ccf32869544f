using System.Globalization;
using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Suite;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Benchmarks;

/// <summary>Protects models and attacks them: the table of what a thief gets, by what he has.</summary>
internal static class AttackBenchmark
{
    /// <summary>Runs the cases whose row the file lacks, and adds them.</summary>
    /// <param name="folder">Holds models, NAME-attacker-1pct.npz and NAME-evaluation.npz.</param>
    /// <param name="table">The file.</param>
    /// <param name="filter">In the row's beginning; empty for all.</param>
    /// <param name="budget">
    /// Seconds for each case, with queries where published work has figures for them; or "quick" for the attacks that
    /// take about a minute; null for all, as long as they take.
    /// </param>
    /// <param name="job">A job on a model with data.</param>
    public static int Run(string folder, string table, string filter, string? budget,
        Func<string, string, ProtectionOptions> job)
    {
        if (!File.Exists(table)) File.WriteAllLines(table, Head);
        foreach (var one in AttackCase.All.Where(one => one.Key.Contains(filter, StringComparison.Ordinal)))
        {
            var model = Path.Combine(folder, $"{one.Model}.onnx");
            if (!File.Exists(model) || File.ReadAllText(table).Contains(one.Key, StringComparison.Ordinal)) continue;
            Console.WriteLine(one.Key);
            var options = job(model, Path.Combine(folder, one.Data));
            var protection = ProtectionPipeline.Run(options with { Search = one.Set(options.Search) });
            var report = AttackSuite.Run(new AttackOptions
            {
                Obfuscated = options.Output,
                Original = model,
                Public = one.Public is null ? null : Path.Combine(folder, $"{one.Public}.onnx"),
                Examples = Path.Combine(folder, $"{one.Data}-attacker-1pct.npz"),
                Evaluation = Path.Combine(folder, $"{one.Data}-evaluation.npz"),
                Queries = budget is null ? null : one.Queries,
                Quick = budget == "quick",
                Budget = double.TryParse(budget, CultureInfo.InvariantCulture, out var seconds)
                    ? TimeSpan.FromSeconds(seconds) : null,
            }, progress =>
            {
                if (progress.Result is { } result)
                    Console.WriteLine(Text($"{result.Attack}, {result.Labels}: {result.Accuracy:p1} ({result.How})"));
            });
            File.AppendAllText(table, $"{Line(one, protection, report)}\n");
        }

        return 0;
    }

    private static readonly string[] Head =
    [
        "| model | strategy | public model | weights | original | obfuscated | nothing | public model | inputs "
        + "| labels | queries | control | strongest | of the gap | minutes |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ];

    private static string Line(AttackCase one, ProtectionReport protection, AttackReport report)
    {
        var strongest = report.Strongest;
        return Text($"{one.Key} {protection.WeightsChanged} | {report.Original!.Value.Value:p1} | ")
            + Text($"{report.Obfuscated.Value:p1} | {Best(report, AttackNeeds.Nothing)} | ")
            + Text($"{Best(report, AttackNeeds.PublicModel)} | {Best(report, AttackNeeds.Inputs)} | ")
            + Text($"{Best(report, AttackNeeds.Labels)} | {Best(report, AttackNeeds.Queries)} | ")
            + Text($"{(strongest is null ? double.NaN : report.ControlOf(strongest)):p1} | {strongest?.Attack} | ")
            + Text($"{(strongest is null ? null : report.ShareOfGap(strongest)):p0} | ")
            + Text($"{report.Results.Sum(result => result.Seconds) / 60:f0} |");
    }

    /// <summary>The best accuracy with as much, and for how many labels.</summary>
    private static string Best(AttackReport report, AttackNeeds needs) =>
        report.Results.Where(result => !result.IsControl && result.Needs == needs)
            .GroupBy(result => result.Labels).OrderBy(group => group.Key)
            .Select(group => group.MaxBy(result => result.Accuracy)!)
            .Select(best => Text($"{best.Accuracy:p1}{(best.Labels > 0 ? $" ({best.Labels})" : "")}"))
            .DefaultIfEmpty("-").Aggregate((all, one) => $"{all}, {one}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

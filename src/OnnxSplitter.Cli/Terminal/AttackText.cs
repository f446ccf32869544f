using System.Globalization;
using OnnxSplitter.Attacks;
using OnnxSplitter.Hosting;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What attacks came to, in words and as a table.</summary>
internal static class AttackText
{
    // Shares of the gap that a verdict tells apart.
    private const double Hardly = 0.05;
    private const double Much = 0.5;

    /// <summary>What a thief has to have.</summary>
    public static string Needs(AttackNeeds needs) => needs switch
    {
        AttackNeeds.Nothing => "nothing",
        AttackNeeds.PublicModel => "public model",
        AttackNeeds.Inputs => "inputs",
        AttackNeeds.Labels => "labels",
        _ => "queries",
    };

    /// <summary>A line for each phase, and one for each result.</summary>
    public static Action<AttackProgress> Progress(TextWriter writer) => progress =>
    {
        var place = $"[{Math.Min(progress.Done + 1, progress.Count)}/{progress.Count}] {progress.Attack}"
            + (progress.Labels > 0 ? $", {progress.Labels} labels" : "");
        if (progress.Result is { } result)
            writer.WriteLine($"[{progress.Done}/{progress.Count}] {result.Attack}"
                + (result.Labels > 0 ? $", {result.Labels} labels" : "")
                + $": {Format.Percent(result.Accuracy)} ({result.How}; {Format.Seconds(result.Seconds)})");
        else if (progress.Phase == "done")
            writer.WriteLine($"[{progress.Done}/{progress.Count}] {progress.Attack}: does not apply here, or no time");
        else writer.WriteLine(progress.Phase.Length == 0 ? place : $"{place}: {progress.Phase}");
    };

    /// <summary>The table, and what it comes to.</summary>
    public static void Write(Streams streams, AttackReport report)
    {
        var table = new Table().AddColumns(
            "attack", "labels", "accuracy", "answers alike", "x black-box", "of the gap", "found", "s");
        table.Columns[0].NoWrap();
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var group in report.Results.GroupBy(result => result.Needs))
        {
            table.AddRow($"[bold]needs {Needs(group.Key)}[/]");
            foreach (var result in group) table.AddRow(Row(report, result));
        }

        Consoles.On(streams).Write(table);
        streams.Output.WriteLine("All in %, but x black-box. In brackets: controls, which do without the obfuscated "
            + "model. Of the gap: of the way from the best of them to the original. Found: changed weights that were "
            + "found / guesses that were right.");
        if (report.LeftOut.Count > 0)
            streams.Output.WriteLine($"No time for: {string.Join("; ", report.LeftOut)}.");
        streams.Output.WriteLine(Verdict(report));
    }

    private static string[] Row(AttackReport report, AttackResult result) =>
    [
        result.IsControl ? $"  ({result.Attack})" : $"  {result.Attack}",
        result.Labels == 0 ? "" : Format.Count(result.Labels), Format.Points(result.Accuracy),
        result.Agreement is { } agreement ? Format.Points(agreement) : "",
        result.IsControl ? "" : report.TimesBlackBox(result).ToString("0.00", CultureInfo.InvariantCulture),
        result.IsControl || report.ShareOfGap(result) is not { } share ? "" : Format.Points(share),
        result.Found is { } found
            ? string.Create(CultureInfo.InvariantCulture, $"{found.Recall * 100:0}/{found.Precision * 100:0}") : "",
        result.Seconds.ToString("0", CultureInfo.InvariantCulture),
    ];

    /// <summary>What a vendor has to know, in a few sentences.</summary>
    public static string Verdict(AttackReport report)
    {
        if (report.Strongest is not { } strongest) return "No attack was run.";
        var with = strongest.Labels > 0
            ? $" with {strongest.Labels} {(strongest.Needs == AttackNeeds.Queries ? "queries" : "labels")}"
            : strongest.Needs == AttackNeeds.Nothing ? " with nothing but the file" : $" with {Needs(strongest.Needs)}";
        var most = $"The strongest attack, {strongest.Attack}{with}, reaches {Format.Percent(strongest.Accuracy)}; "
            + $"without the model the same thief has {Format.Percent(report.ControlOf(strongest))}"
            + (report.Original is { } original ? $", and the original has {Format.Percent(original.Value)}. " : ". ");
        return most + (report.ShareOfGap(strongest) switch
        {
            null => "How much of what there is to get that is can be told with --original.",
            <= Hardly => "That is hardly more than he has without it: against these attacks the model holds.",
            <= Much and { } share => $"That is {Format.Percent(share)} of the way: the model is worth something to "
                + "whoever can do this.",
            { } share => $"That is {Format.Percent(share)} of the way: the model is no protection against whoever can "
                + "do this. It is for whoever copies files and runs them; --strategy keyed holds more.",
        });
    }
}

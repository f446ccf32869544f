using System.Globalization;
using OnnxSplitter.Attacks.Repairs;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What a model is still worth, in words.</summary>
internal static class WorthText
{
    /// <summary>Lines of the table that ends a job; none where it was not measured.</summary>
    public static IEnumerable<(string What, string Value)> Rows(ProtectionReport report)
    {
        if (report.Worth is not { } left) yield break;
        yield return ("a thief could still get", $"{Outputs(left)}{(left.Inner.Count > 0 ? $"; {Inside(left)}" : "")}");
        if (report.Undone is { } undone) yield return ("after undoing what looks odd", Undone(report, undone));
        var (goals, labelled) = (report.WorthGoals, left.Outputs.Any(output => output.OfClasses));
        if (!goals.AreMet(left))
            yield return ("more than the goal",
                $"{Share(goals.Outputs)} by outputs{(labelled ? $", {Share(goals.Inner)} inside" : "")}");
        foreach (var output in left.Outputs)
        {
            if (output.NotMeasured is { } why) yield return ("not protected", $"output {output.Name}: {why}");
            else if (report.Unprotected.Contains(output.Name, StringComparer.Ordinal))
                yield return ("not protected",
                    $"output {output.Name} keeps {Share(output.Worth)} of its worth{Worst(output)}");
        }
    }

    /// <summary>What undoing brings back, and what found it.</summary>
    public static string Undone(ProtectionReport report, UndoneGuesses undone) =>
        $"{MeasureText.Name(report.Metric)} of "
        + $"{MeasureText.Value(report.Metric, report.Metric.Utility(undone.Worth))} ({undone.Look})";

    /// <summary>What is said where the target was missed because of what the model is worth; else null.</summary>
    public static string? Missed(ProtectionReport report) =>
        report.Unprotected.Count > 0
            ? $"Not protected: {string.Join(", ", report.Unprotected.Select(name => $"output '{name}'"))} keeps too "
                + $"much of its worth after {report.WeightsChanged} changed weights."
        : report is { Worth: { } left, WorthGoals: { Required: true } goals } && !goals.AreMet(left)
            ? $"A thief could still get {Share(Math.Max(left.OfOutputs, left.OfInner))} of the model's worth; at most "
                + $"{Share(goals.Outputs)} was asked for."
        : null;

    /// <summary>A share of the original's worth.</summary>
    public static string Share(double worth) => worth.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Outputs(WorthLeft left) =>
        $"{Share(left.Unlabelled)} of its worth by its outputs without labels, {Share(left.Labelled)} with";

    private static string Inside(WorthLeft left) => $"{Share(left.OfInner)} by what is inside";

    private static string Worst(OutputWorth output) => output.WorstComponent is { } worst
        ? $" ({Share(worst)} of its best component)"
        : "";
}

using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What a model is still worth, in words.</summary>
internal static class WorthText
{
    /// <summary>Lines of the table that ends a job.</summary>
    public static IEnumerable<(string What, string Value)> Rows(ProtectionReport report)
    {
        const string what = "a thief could still get";
        if (!report.AimsAtWorth)
            yield return (what, $"not measured: {MeasureText.Name(report.Metric)} alone was asked for");
        if (report.Worth is not { } left) yield break;
        yield return (
            what, $"{Outputs(left, report)}{(left.Inner.Count > 0 ? $"; {Inside(left, report.WorthGoals)}" : "")}");
        if (report.Undone is { } undone) yield return ("after undoing what looks odd", Undone(report.Metric, undone));
        foreach (var output in report.Unprotected)
            yield return ("not protected", $"output {output.Name} {Kept(output)}{Worst(left, output)}");
        if (left.OfInner > report.WorthGoals.Inner)
            yield return ("more than the goal",
                $"{UnprotectedOutput.Beyond(left.OfInner, report.WorthGoals.Inner)} by what is inside; at most "
                + Share(report.WorthGoals.Inner));
    }

    /// <summary>What undoing brings back, and what found it.</summary>
    public static string Undone(Metric measure, UndoneGuesses undone) =>
        $"{MeasureText.Value(measure, measure.Utility(undone.Worth))} {MeasureText.Name(measure)}, by {undone.Look}";

    /// <summary>What is said where the target was missed because of what the model is worth; else null.</summary>
    public static string? Missed(ProtectionReport report)
    {
        string[] failed =
        [
            .. report.Unprotected.Where(output => output.Fails)
                .Select(output => $"output '{output.Name}' {Kept(output)}"),
        ];
        return failed.Length > 0
            ? $"Not protected after {report.WeightsChanged} changed weights: {string.Join("; ", failed)}."
            : report is { Worth: { } left, WorthGoals: { Required: true } goals } && !goals.AreMet(left)
            ? $"A thief could still get {UnprotectedOutput.Beyond(left.OfInner, goals.Inner)} of the model's worth by "
                + $"what is inside; at most {Share(goals.Inner)} was asked for."
            : null;
    }

    /// <summary>
    /// Where outputs beside the one that is measured fail alone, that they can be left out, as a part of a sentence.
    /// </summary>
    public static string Others(ProtectionReport report)
    {
        var measured = report.Worth?.Outputs[0].Name;
        var failed = report.Unprotected.Where(output => output.Fails).Select(output => output.Name).ToArray();
        return measured is not null && failed.Length > 0 && !failed.Contains(measured)
            ? $", or leave out what fails on purpose, by --model-output {Printable.Of(measured)}"
            : "";
    }

    /// <summary>What has to be said of a model that reached its target: at chance, and still worth something.</summary>
    public static IEnumerable<string> Warnings(ProtectionReport report) =>
        report.TargetReached
            ? report.Unprotected.Select(output =>
                $"Output '{Printable.Of(output.Name)}' reached the target by its answers alone and is not protected: "
                + $"it {Kept(output)}. Whoever reads its scores in other ways, as the table says, gets that.")
            : [];

    /// <summary>What an output keeps, and what it may, as the end of a sentence.</summary>
    public static string Kept(UnprotectedOutput output) => output.NotMeasured is { } why
        ? $"can't be measured: {why}"
        : $"keeps {output.Kept} of its worth, at most {Share(output.Goal)} is the goal";

    /// <summary>A share of the original's worth.</summary>
    public static string Share(double worth) => worth.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Outputs(WorthLeft left, ProtectionReport report)
    {
        var goal = report.Unprotected.FirstOrDefault(output => output.NotMeasured is null)?.Goal
            ?? double.PositiveInfinity;
        return $"{Share(left.Unlabelled, goal)} of its worth by its outputs without labels, "
            + $"{Share(left.Labelled, goal)} with";
    }

    private static string Inside(WorthLeft left, WorthGoals goals) =>
        $"{Share(left.OfInner, goals.Inner)} by what is inside";

    /// <summary>A share, with as many digits as where it is named as more than its goal.</summary>
    private static string Share(double worth, double goal) =>
        worth > goal ? UnprotectedOutput.Beyond(worth, goal) : Share(worth);

    private static string Worst(WorthLeft left, UnprotectedOutput output) =>
        left.Outputs.First(one => one.Name == output.Name).WorstComponent is { } worst
            ? $" ({Share(worst)} of its best component)"
            : "";
}

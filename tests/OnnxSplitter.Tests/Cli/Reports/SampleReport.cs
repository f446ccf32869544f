using OnnxSplitter.Cli.Reports;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Cli.Reports;

/// <summary>A report with everything that a page draws, and with names that would like to be more than text.</summary>
internal static class SampleReport
{
    public const string Script = "<script>alert(1)</script>";

    public const string Handler = "\"><img src=x onerror=alert(2)>";

    public static ReportDocument Document { get; } = new(
        ReportWords.Handling,
        $"{Script}.onnx",
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        TargetReached: false,
        new ReportMeasured(
            "accuracy", "logits", "the data's, with its labels", 1000, 2000, 0.1, 0.105, 0.928, 0.152, 0.928,
            0.006, 0.008, 0.006, [3, 7]),
        new ReportWorth(0.15, 0.25, new WorthLeft(
            [
                new OutputWorth(Script,
                    [new Reading("answers", 0, 0.12, 0.1, 0.93), new Reading("readout", 600, 0.5, 0.8, 0.93)], 0.01),
                new OutputWorth(Handler, [], NotMeasured: "it has no rows"),
            ],
            [new Reading("place 1 of 8", 64, 0.5, 0.6, 0.93)]),
            [new UnprotectedOutput(Handler, 0, 0.25, Fails: true, "it has no rows")],
            new UndoneGuesses("odd signs of a channel", 0.113)),
        new AttackOutcome("The strongest attack reaches 50 %.", 0.1, 0.93, 0.1, 0.5,
            [
                new AttackOutcomeRow(
                    "outliers", "nothing", false, 0, Script, 0.2, 0.01, 0.2, 2, 0.1, new(0.5, 0.25, 0.6), 1, 10),
                new AttackOutcomeRow("inputs", "labels", true, 64, Handler, 0.3, 0.01, null, null, null, null, 1, 10),
                new AttackOutcomeRow("mirror", "labels", false, 64, "moves", 0.5, 0.01, 0.5, 1.7, 0.5, null, 1, 10),
            ],
            ["fine-tuning, 600 labels"]),
        new ReportChanges(27, 1_234_567, 2, 4, 2929),
        [
            Tensor("conv1.weight", "Conv", 0),
            Tensor(Script, "Conv", 20),
            Tensor(Handler + new string('x', 500), Script, 7),
            Tensor("\u202efc\u0000.weight", "Gemm", 0),
        ],
        [
            new ReportStep("trying errors", 1, 2, 0.6, 1), new ReportStep("trying collapse", 1, 2, 0.5, 2),
            new ReportStep("trying collapse", 2, 4, 0.4, 3), new ReportStep("choosing weights", 1, 4, 0.39, 4),
            new ReportStep("choosing weights", 2, 27, 0.15, 5),
        ],
        ReportWords.Visible(MoveKind.Best, StealthKind.Off),
        ReportWords.Limits,
        new ReportReproduction(
            $"onnxsplit protect '{Script}.onnx' --output "
            + $"{new string('o', 300)}", 7, "gradient", "best", "off", 100, 12.3, 456_000_000,
            new ReportVersions("0.1.0", ".NET 10", "1.31.1", Script, "x64"),
            [new ReportFile("original model", $"{Script}.onnx", 1000, new string('a', 64))]));

    private static ReportTensor Tensor(string path, string op, int changed) => new(
        path, op, "weight", [16, 3, 3, 3], 432, changed, changed / 27.0,
        changed == 0 ? null : new ReportHistogram(-0.8, 1.1, 10, [1, 40, 200, 150, 40, 1], [2, 50, 180, 160, 39, 1]));
}

using System.CommandLine;
using OnnxSplitter.Attacks.Corrections;
using OnnxSplitter.Attacks.Suite;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit attack</c>: what a thief could still get.</summary>
internal static class AttackCommand
{
    private static readonly CommandDefinition<AttackRequest> Definition = new(
        "attack", new AttackRequest(),
        new RowTable<AttackRequest>()
            .Include(AttackRows.Rows, x => x.Options, (x, value) => x with { Options = value })
            .Many("--report", "FILE", ValueKinds.ReportPath, x => x.Reports, (x, value) => x with { Reports = value },
                "What came of it: a page (.html), or JSON (.json); give it twice for both.")
            .Rule(x => x.Options.FromCorrections && x.Reports.Any(ReportForm.IsPage)
                ? "--secured is reported as JSON (.json), not as a page." : null)
            .Force(x => x.Force, (x, value) => x with { Force = value })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Attacks an obfuscated classifier in the ways that a thief would, from looking at its weights to fine-tuning "
        + "with labels, beside controls that do without the model, and says what each brings back.")
    {
        Examples =
        [
            "onnxsplit attack model.obfuscated.onnx --data examples.npz --evaluate test.npz --original model.onnx "
            + "--quick",
            "onnxsplit attack model.obfuscated.onnx --data examples.npz --evaluate test.npz --original model.onnx "
            + "--public checkpoint.onnx --state attacks.json",
        ],
        HasHeadings = true,
    };

    public static Command Create(Streams streams) => Definition.Create((request, cancellation) =>
    {
        var options = request.Options;
        foreach (var path in new[] { options.Obfuscated, options.Public, options.Original })
            if (path is not null) InputOutput.CheckReadable(path);
        using var files = new AttackReportFiles(request);
        if (options.FromCorrections)
        {
            var leaks = CorrectionsAttack.Run(options, cancellation);
            if (request.Json) ResultJson.Write(streams, CorrectionsOutcome.Of(leaks));
            else CorrectionsText.Write(streams, leaks);
            files.Write(CorrectionsOutcome.Of(leaks));
            return ExitCodes.Done;
        }

        var report = AttackSuite.Run(
            options, AttackText.Progress(request.Json ? streams.Error : streams.Output), cancellation);
        var outcome = AttackOutcome.Of(report);
        if (request.Json) ResultJson.Write(streams, outcome);
        else AttackText.Write(streams, report);
        files.Write(outcome);
        return ExitCodes.Done;
    });
}

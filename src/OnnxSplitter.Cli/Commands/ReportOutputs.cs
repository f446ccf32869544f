using OnnxSplitter.Cli.Reports;
using OnnxSplitter.Cli.Reports.Html;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The reports of a job.</summary>
internal static class ReportOutputs
{
    /// <summary>Adds every report that was asked for to the files that get their names together.</summary>
    public static void Add(
        ProtectRequest request, ProtectionReport report, AttackOutcome? attacks, FileCommit files)
    {
        if (request.Reports.Count == 0) return;
        var document = ReportBuilder.Build(request, report, attacks);
        foreach (var path in request.Reports)
            files.Add(path, request.Force)
                .Write(ReportForm.IsPage(path) ? ReportPage.Bytes(document) : ReportJson.Bytes(document));
    }
}

using OnnxSplitter.Cli.Reports;
using OnnxSplitter.Cli.Reports.Html;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The reports of a job, written but without their names until <see cref="Commit"/>.</summary>
internal sealed class ReportOutputs(ProtectRequest request) : IDisposable
{
    private readonly List<OutputFile> _files = [];

    /// <summary>Writes every report that was asked for to the disk.</summary>
    public void Write(ProtectionReport report)
    {
        if (request.Reports.Count == 0) return;
        var document = ReportBuilder.Build(request, report);
        foreach (var path in request.Reports)
        {
            var bytes = ReportForm.IsPage(path) ? ReportPage.Bytes(document) : ReportJson.Bytes(document);
            var file = OutputFile.Create(path, request.Force);
            _files.Add(file);
            file.Write(stream => stream.Write(bytes));
        }
    }

    /// <summary>Gives them their names.</summary>
    public void Commit() => _files.ForEach(file => file.Commit());

    public void Dispose() => _files.ForEach(file => file.Dispose());
}

using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Cli.Reports.Html;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Reports;

/// <summary>The reports of a job, written but without their names until <see cref="Commit"/>.</summary>
internal sealed class ReportOutputs(ProtectRequest request) : IDisposable
{
    private readonly List<OutputFile> _files = [];

    /// <summary>Whether a report can be written under this name; the extension decides what it is.</summary>
    public static bool IsNamed(string path) => IsPage(path) || IsJson(path);

    /// <summary>Writes every report that was asked for to the disk.</summary>
    public void Write(ProtectionReport report)
    {
        if (request.Reports.Count == 0) return;
        var document = ReportBuilder.Build(request, report);
        foreach (var path in request.Reports)
        {
            var bytes = IsPage(path) ? ReportPage.Bytes(document) : ReportJson.Bytes(document);
            var file = OutputFile.Create(path, request.Force);
            _files.Add(file);
            file.Write(stream => stream.Write(bytes));
        }
    }

    /// <summary>Gives them their names.</summary>
    public void Commit() => _files.ForEach(file => file.Commit());

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static bool IsPage(string path) => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}

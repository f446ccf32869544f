using System.Text;
using OnnxSplitter.Cli.Reports.Html;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Reports of attacks: refused before the work where they can't be written, and written after it.</summary>
internal sealed class AttackReportFiles : IDisposable
{
    private readonly FileCommit _files = new();
    private readonly List<(string Path, StagedFile File)> _reports = [];
    private readonly string _model;

    /// <summary>Stages them.</summary>
    /// <exception cref="OnnxSplitter.Onnx.OutputExistsException">One exists.</exception>
    public AttackReportFiles(AttackRequest request)
    {
        _model = Path.GetFileName(request.Options.Obfuscated);
        foreach (var path in request.Reports) _reports.Add((path, _files.Add(path, request.Force)));
    }

    /// <summary>Writes them.</summary>
    public void Write(AttackOutcome outcome)
    {
        foreach (var (path, file) in _reports)
            file.Write(ReportForm.IsPage(path) ? AttackPage.Bytes(_model, outcome)
                : Encoding.UTF8.GetBytes(ResultJson.Text(outcome)));
        if (_reports.Count > 0) _files.Commit();
    }

    /// <summary>Writes them, of corrections.</summary>
    public void Write(CorrectionsOutcome outcome)
    {
        foreach (var (_, file) in _reports) file.Write(Encoding.UTF8.GetBytes(ResultJson.Text(outcome)));
        if (_reports.Count > 0) _files.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}

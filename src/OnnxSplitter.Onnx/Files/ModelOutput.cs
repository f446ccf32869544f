namespace OnnxSplitter.Onnx.Files;

/// <summary>A <see cref="FileCommit"/> of one model.</summary>
public sealed class ModelOutput : IDisposable
{
    private readonly FileCommit _files = new();
    private readonly StagedModel _model;

    private ModelOutput(string path, IEnumerable<string> dataFiles, bool overwrite) =>
        _model = _files.AddModel(path, dataFiles, overwrite);

    /// <summary>See <see cref="StagedModel.StagedPath"/>.</summary>
    public string StagedPath => _model.StagedPath;

    /// <summary>See <see cref="FileCommit.AddModel"/>.</summary>
    public static ModelOutput Create(string path, IEnumerable<string> dataFiles, bool overwrite) =>
        new(path, dataFiles, overwrite);

    /// <summary>See <see cref="StagedModel.Write"/>.</summary>
    public void Write(string name, Action<FileStream> write) => _model.Write(name, write);

    /// <summary>See <see cref="FileCommit.Commit"/>.</summary>
    public void Commit() => _files.Commit();

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}

using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Onnx.Models;

/// <summary>A model's files, open; or the <c>.onnx</c> file in memory.</summary>
internal sealed class ModelParts : IDisposable
{
    private readonly InputFile? _file;
    private readonly byte[] _content = [];

    /// <param name="file">The <c>.onnx</c> file. This object's to dispose.</param>
    /// <param name="folder">Where its data files are. This object's to dispose.</param>
    public ModelParts(InputFile file, DataFolder folder) => (_file, Folder) = (file, folder);

    /// <param name="content">The <c>.onnx</c> file, which stays the caller's.</param>
    /// <param name="folder">Where its data files are, or null for none. This object's to dispose.</param>
    public ModelParts(byte[] content, DataFolder? folder) => (_content, Folder) = (content, folder);

    /// <summary>Where data files are, those open that were asked for; null where there are none.</summary>
    public DataFolder? Folder { get; }

    /// <summary>Bytes of the <c>.onnx</c> file.</summary>
    public long Length => _file?.Length ?? _content.Length;

    /// <summary>The data files that were asked for.</summary>
    public IEnumerable<DataFile> DataFiles => Folder?.Files ?? [];

    public Stream Open(string name) =>
        File(name)?.OpenStream() ?? new MemoryStream(_content, writable: false);

    public PrivateMapping Map(string name) => PrivateMapping.Of(Folder![name]);

    public bool HasChanged(string name) => File(name)?.HasChanged() == true;

    public UnixFileMode? ModeOf(string name) => File(name)?.Mode;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        Folder?.Dispose();
    }

    private InputFile? File(string name) => name.Length == 0 ? _file : Folder![name];
}

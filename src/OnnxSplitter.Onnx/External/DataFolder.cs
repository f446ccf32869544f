using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Onnx.External;

/// <summary>Finds the data files of one model, within the model's folder only.</summary>
/// <remarks>
/// A model says what its data files are called, so whoever made it chooses what is read: names that lead elsewhere are
/// refused (CVE-2022-25882, CVE-2024-27318, CVE-2024-5187, CVE-2026-34447), and ONNX Runtime's marks for addresses in
/// memory. Symbolic links may lead to where ONNX Runtime 1.31 follows them: below the model's folder, and, where the
/// model is a link itself, below the folder of the file that it leads to, as download caches have it.
/// </remarks>
/// <param name="folder">The model's folder.</param>
/// <param name="model">The model itself, which may be a link; null for one in memory.</param>
internal sealed class DataFolder(string folder, string? model) : IDisposable
{
    // ONNX Runtime: "*/_ORT_MEM_ADDR_/*" as a location means that the offset is an address of its own process.
    private const string MemoryMark = "_ORT_MEM_ADDR_";

    private const int LongestName = 200;

    private readonly string _folder = Path.GetFullPath(folder);
    private readonly Lazy<(string Folder, string Model)> _real = new(() =>
    {
        var real = FileIdentity.Resolve(folder);
        return (real, model is null ? real : Path.GetDirectoryName(FileIdentity.Resolve(model))!);
    });
    private readonly SortedDictionary<string, DataFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InputFile> _inputs = new(StringComparer.Ordinal);

    /// <summary>The folder of a model's file.</summary>
    /// <param name="model">The file.</param>
    public static DataFolder Of(string model) => new(Path.GetDirectoryName(Path.GetFullPath(model))!, model);

    /// <summary>Files that were found, by name.</summary>
    public IEnumerable<DataFile> Files => _files.Values;

    /// <summary>A file that was found. This object's to dispose.</summary>
    public InputFile this[string name] => _inputs[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var input in _inputs.Values) input.Dispose();
    }

    /// <summary>What a file is called here: its name in the model, without the parts that lead nowhere.</summary>
    /// <param name="location">Its name in the model.</param>
    public static string NameOf(string location) =>
        string.Join('/', location.Split('/').Where(part => part != "."));

    /// <summary>Finds a file, and opens it.</summary>
    /// <param name="location">Its name in the model.</param>
    /// <param name="tensor">Which tensor names it, for messages.</param>
    /// <exception cref="ModelFormatException">
    /// The name leads out of the folder, or no file of it can be read.
    /// </exception>
    public DataFile Find(string location, string tensor)
    {
        var name = NameOf(location);
        if (_files.TryGetValue(name, out var known))
        {
            if (known.Spellings.Contains(location, StringComparer.Ordinal)) return known;
            return _files[name] = known with { Spellings = [.. known.Spellings, location] };
        }

        if (!RelativeName.IsPlain(name) || location.Contains(MemoryMark, StringComparison.Ordinal))
            throw Refused("is not a plain file name or path below the model's folder");
        var path = Path.Combine([_folder, .. name.Split('/')]);
        var real = FileIdentity.Resolve(path);
        var inside = IsBelow(real, _real.Value.Folder);
        if (!inside && !IsBelow(real, _real.Value.Model)) throw Refused("is a symbolic link out of the model's folder");
        if (model is not null && FileIdentity.Same(path, model)) throw Refused("is the model itself");
        if (!File.Exists(path)) throw Refused("does not exist", new FileNotFoundException(message: null, path));
        var input = _inputs[name] = InputFile.Open(real);
        return _files[name] = new DataFile(name, path, input.Length)
        {
            IsElsewhere = !inside,
            Spellings = [location],
        };

        ModelFormatException Refused(string why, Exception? cause = null) => new(
            $"The values of tensor {tensor} lie in another file, '{Printable.Of(location, LongestName)}', which {why}.",
            "Put the model's data files beside it, as files of their own, under the names that it gives.", cause);
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
            FileIdentity.Comparison);
}

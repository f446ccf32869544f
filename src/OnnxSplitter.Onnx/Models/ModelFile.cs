using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Indexing;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// An <c>.onnx</c> file: its structure without weights, and the index of its weight tensors. Opening costs memory in
/// proportion to the structure, not to the weights.
/// </summary>
/// <remarks>
/// Each of the model's files is opened once and stays open until this object is disposed: what was indexed and verified
/// is what is read, whatever gets the file's name meanwhile. Streams of <see cref="OpenPart"/> read the open files by
/// position, each at its own; several threads may use them at a time, one thread a stream.
/// </remarks>
public sealed partial class ModelFile : IDisposable
{
    private readonly Dictionary<string, DataFile> _dataFiles;
    private readonly ModelParts _parts;
    private readonly Lazy<IReadOnlyList<StoredTensor>> _constants;

    private ModelFile(
        string path, ModelParts parts, ModelProto structure, WeightIndex index, ConstantTensors constants)
    {
        FilePath = path;
        _parts = parts;
        _constants = new(() => constants.Find(parts.Folder));
        Length = parts.Length;
        Structure = structure;
        Weights = index.Tensors;
        Skipped = index.Skipped;
        Normalizations = index.Normalizations;
        _dataFiles = parts.DataFiles.ToDictionary(file => file.Name, StringComparer.Ordinal);
    }

    /// <summary>Where the file lies, as it was given.</summary>
    public string FilePath { get; }

    /// <summary>Full path of the folder that it lies in, with its data files.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(FilePath))!;

    /// <summary>Bytes, without data files.</summary>
    public long Length { get; }

    /// <summary>Bytes, with data files.</summary>
    public long TotalLength => Length + DataFiles.Sum(file => file.Length);

    /// <summary>
    /// The model with the values of large tensors left out, nodes in an order in which they can run. Do not change it.
    /// </summary>
    public ModelProto Structure { get; }

    /// <summary>The weight tensors, in file order of their graph. Never empty.</summary>
    public IReadOnlyList<WeightTensor> Weights { get; }

    /// <summary>
    /// The constant tensors of two dimensions or more, of types that weights have, whose values lie side by side,
    /// ascending by ordinal path: what keyed secrets count by. What ops do with them does not matter, and where
    /// several would have one path, numbers are theirs apart from those of <see cref="Weights"/>.
    /// </summary>
    /// <exception cref="ModelFormatException">One of them is malformed.</exception>
    public IReadOnlyList<StoredTensor> Constants
    {
        get
        {
            try
            {
                return _constants.Value;
            }
            catch (ModelFormatException e) when (e.Defect is not null)
            {
                throw e.Of(FilePath);
            }
        }
    }

    /// <summary>Weight tensors that can't be changed, and why.</summary>
    public IReadOnlyList<SkippedTensor> Skipped { get; }

    /// <summary>Number of the file's weights, those that can't be changed included.</summary>
    public long WeightCount => Weights.Sum(tensor => tensor.Count) + Skipped.Sum(tensor => tensor.Weights);

    /// <summary>The nodes that normalise, those of subgraphs and functions included.</summary>
    public IReadOnlyList<Normalization> Normalizations { get; }

    /// <summary>The files beside the model that hold values of its tensors, by name.</summary>
    public IReadOnlyCollection<DataFile> DataFiles => _dataFiles.Values;

    /// <summary>Reads the structure and indexes the weights, those in data files beside the model included.</summary>
    /// <param name="path">The file. It and its data files stay open; the caller disposes the result.</param>
    /// <exception cref="ModelFormatException">
    /// Not readable, a pipe, not an ONNX model, without weights, or with data files that are missing, too short, or
    /// elsewhere.
    /// </exception>
    public static ModelFile Open(string path)
    {
        var file = InputFile.Open(path);
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The same for a file that is open.</summary>
    /// <param name="file">
    /// The <c>.onnx</c> file. The result disposes it; if there is none, it is still the caller's.
    /// </param>
    /// <exception cref="ModelFormatException">As above.</exception>
    public static ModelFile Open(InputFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var folder = DataFolder.Of(file.Path);
        try
        {
            return Index(new ModelParts(file, folder), file.Path);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Reads the structure and indexes the weights of a model that lies in memory and stays there.</summary>
    /// <param name="content">
    /// The <c>.onnx</c> file; still the caller's, and not to be changed while this object is used.
    /// </param>
    /// <param name="name">What messages call it, and <see cref="FilePath"/>.</param>
    /// <param name="folder">Where its data files lie; null refuses a model that has any.</param>
    /// <exception cref="ModelFormatException">
    /// Not an ONNX model, without weights, or with data files that are not in the folder as above.
    /// </exception>
    public static ModelFile Of(byte[] content, string name, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        var parts = new ModelParts(content, folder is null ? null : new DataFolder(folder, model: null));
        try
        {
            return Index(parts, name);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private static ModelFile Index(ModelParts parts, string name)
    {
        var (structure, index, constants) = Read(parts, name);
        if (index.Tensors.Count > 0) return new ModelFile(name, parts, structure, index, constants);

        var why = index.Skipped.Count > 0
            ? string.Join("; ", index.Skipped.GroupBy(tensor => tensor.Reason, StringComparer.Ordinal)
                .Select(group => $"{group.First().Path}{(group.Count() > 1 ? $" and {group.Count() - 1} more" : "")} "
                    + $"can't be, because {group.Key}"))
            : "no op multiplies by or adds a constant tensor of floats";
        throw new ModelFormatException(
            $"{name} has no weight tensor that can be changed: {why}.",
            index.HoldsAttributes
                ? "There is nothing in it that could be protected by changes."
                : index.Skipped.Any(tensor => tensor.Reason == WeightIndex.Replaceable)
                ? "Export the model without its weights among the inputs (PyTorch: keep_initializers_as_inputs=False), "
                    + "or take them out with ONNX Runtime's tools/python/remove_initializer_from_inputs.py."
                : "Export the model with its weights as constants.");
    }

    private static (ModelProto Structure, WeightIndex Index, ConstantTensors Constants) Read(
        ModelParts parts, string name)
    {
        try
        {
            using var stream = parts.Open("");
            var (structure, sites) = StructureReader.Read(stream);
            if (parts.Folder is { } folder) FindDataFiles(structure, folder);
            var index = WeightIndex.Of(structure, sites, parts.Folder);

            var constants = ConstantTensors.Of(structure, sites);

            // Not before: where values lie, and the paths of tensors, go by the file's order.
            NodeOrder.Sort(structure);
            return (structure, index, constants);
        }
        catch (ModelFormatException e) when (e.Defect is not null)
        {
            throw OtherFormat.Refusal(parts, name) ?? e.Of(name);
        }
    }

    /// <summary>Names of the model's files: the <c>.onnx</c> file, of an empty name, then its data files.</summary>
    public IEnumerable<string> Parts => DataFiles.Select(file => file.Name).Prepend("");

    /// <summary>Reads one of the model's files.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <returns>
    /// A stream over the file that is open, at its start, seekable. It can be used until this object is disposed.
    /// Reading gives a <see cref="ModelFormatException"/> where the system reports an error, or the file has become
    /// shorter.
    /// </returns>
    public Stream OpenPart(string name) => _parts.Open(name);

    /// <summary>Maps a data file into memory, so that it can be changed there and not on the disk.</summary>
    /// <param name="name">Name of a data file.</param>
    /// <returns>All of the file that is open. The caller disposes it; it may outlive this object.</returns>
    /// <exception cref="ModelFormatException">The system can't, or the file has become shorter.</exception>
    public PrivateMapping MapPart(string name) => _parts.Map(name);

    /// <summary>
    /// Whether somebody has written to one of the model's files since it was opened, as far as can be told.
    /// </summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    public bool HasChanged(string name) => _parts.HasChanged(name);

    /// <summary>Who may read and write one of the model's files; null where systems have no such mode.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    public UnixFileMode? ModeOf(string name) => _parts.ModeOf(name);

    /// <summary>Where one of the model's files lies.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    public string PathOf(string name) => name.Length == 0 ? FilePath : _dataFiles[name].Path;

    /// <summary>
    /// Throws if an output under this name, or one of its data files, would be one of this model's files, or a data
    /// file would be another of the caller's files: the model chose their names (CVE-2025-51480).
    /// </summary>
    /// <param name="output">Path of an <c>.onnx</c> file that gets data files of the same names as this one's.</param>
    /// <param name="others">Paths of files that data files must not replace.</param>
    /// <exception cref="OutputExistsException">It would.</exception>
    public void RefuseOverwriting(string output, params IEnumerable<string> others)
    {
        string[] inputs = [FilePath, .. DataFiles.Select(file => file.Path)];
        FileIdentity.RefuseSame(FilePath, output);
        foreach (var target in FileCommit.ModelTargets(output, DataFiles.Select(file => file.Name)))
            foreach (var input in inputs)
                if (FileIdentity.Same(input, target))
                    throw new OutputExistsException(
                        $"{output} would need a data file {target}, which is the input's own.",
                        "Choose an output in another folder: a model's data files go with it, under the names that "
                        + "it gives.");
        foreach (var target in FileCommit.ModelTargets(output, DataFiles.Select(file => file.Name)).Skip(1))
            foreach (var other in others.Prepend(output))
                if (FileIdentity.Same(other, target))
                    throw new OutputExistsException(
                        $"The model has a data file whose output would be {other}.",
                        "Choose outputs of other names, or an output in a folder of its own.");
    }

    /// <summary>Finds a weight tensor.</summary>
    /// <returns>Null if there is none of that path.</returns>
    public WeightTensor? Find(string path) => Weights.FirstOrDefault(tensor => tensor.Path == path);

    private static void FindDataFiles(ModelProto structure, DataFolder folder)
    {
        foreach (var tensor in TensorWalk.All(structure))
            if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
                ExternalData.Of(tensor, folder, ExternalData.LengthOf(tensor));
    }

    /// <summary>The SHA-256 of a file's content.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    public static byte[] Digest(string path)
    {
        using var file = InputFile.Open(path);
        return file.Digest();
    }

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();
}

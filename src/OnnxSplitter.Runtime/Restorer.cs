using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>
/// Restores a model: opens each of its files once, checks what it is, puts the original's weights in, and checks what
/// that gives. Where the result goes is a sink's.
/// </summary>
internal sealed class Restorer : IDisposable
{
    private readonly ModelSecrets _secrets;
    private readonly Dictionary<string, ProtectedFile> _files;

    /// <summary>Opens the obfuscated model and matches it with its secrets. No digest has been checked yet.</summary>
    /// <param name="source">The obfuscated model.</param>
    /// <param name="secrets">What to restore with. Still the caller's to dispose, after this object.</param>
    /// <param name="dataFolder">Where data files lie of a model that is no file.</param>
    /// <exception cref="ModelMismatchException">They do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    public Restorer(FileSource source, ModelSecrets secrets, string? dataFolder = null)
    {
        _secrets = secrets;
        _files = secrets.Files.Skip(1).ToDictionary(file => file.Name, StringComparer.Ordinal);
        _files[""] = secrets.Files[0];
        Model = source.OpenModel(secrets, dataFolder);
        try
        {
            if (Model.DataFiles.Count != secrets.Files.Count - 1
                || Model.DataFiles.Any(file => !_files.ContainsKey(file.Name)))
                throw Mismatch("they are for a model of other data files");
            foreach (var file in Model.DataFiles)
                FileSource.CheckLength(file.Path, file.Length, _files[file.Name]);
        }
        catch
        {
            Model.Dispose();
            throw;
        }
    }

    /// <summary>The obfuscated model. This object's to dispose.</summary>
    public ModelFile Model { get; }

    /// <summary>Gives every file of the model to a sink.</summary>
    /// <exception cref="ModelMismatchException">A file is not what the secrets say.</exception>
    /// <exception cref="ModelFormatException">A file can't be read, or changed meanwhile.</exception>
    public void Run(IRestoreSink sink)
    {
        foreach (var name in Model.Parts)
        {
            using var part = new RestoredPart(Model, name, _files[name],
                file => Locate(name, file), () => Change(name));
            sink.Take(part);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private IPieceChange? Change(string name)
    {
        try
        {
            return _secrets.Keyed?.ChangeOf(Model, name, back: true);
        }
        catch (Exception e) when (e is ArgumentException or ModelFormatException)
        {
            throw Mismatch("it has not the tensors that they change");
        }
    }

    private IReadOnlyList<BytePatch> Locate(string name, Stream file)
    {
        try
        {
            return WeightPatcher.Locate(file, _secrets.Tensors.SelectMany(tensor =>
            {
                var weight = Find(tensor);
                return weight.Storage.File != name
                    ? []
                    : tensor.Indices.Zip(tensor.RestoredBits, (index, bits) => new WeightBits(weight, index, bits));
            }));
        }
        catch (ArgumentException)
        {
            throw Mismatch("restoring would move what follows a weight");
        }
    }

    private WeightTensor Find(TensorSecrets tensor)
    {
        var weight = Model.Find(tensor.Path) ?? throw Mismatch($"it has no weight tensor {tensor.Path}");
        if (weight.Type != tensor.Type || !weight.Dims.SequenceEqual(tensor.Dims))
            throw Mismatch($"{tensor.Path} has another type or shape");
        return weight;
    }

    private ModelMismatchException Mismatch(string why) => new(Model.FilePath, why);
}

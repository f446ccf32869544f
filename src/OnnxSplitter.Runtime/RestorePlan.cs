using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>What restoring does to each file of a model: shared by restoring to files, in memory, and for a look.</summary>
internal sealed class RestorePlan
{
    private readonly ModelSecrets _secrets;
    private readonly Dictionary<string, ProtectedFile> _files;

    /// <summary>Opens the obfuscated model and matches it with its secrets. No digest has been checked yet.</summary>
    /// <param name="path">The obfuscated model.</param>
    /// <param name="secrets">What to restore with.</param>
    /// <exception cref="ModelMismatchException">They do not belong together.</exception>
    /// <exception cref="ModelFormatException">The model can't be read.</exception>
    public RestorePlan(string path, ModelSecrets secrets)
    {
        _secrets = secrets;
        var input = InputFile.Open(path);
        try
        {
            CheckLength(path, input.Length, secrets.Files[0]);
            Model = ModelFile.Open(input);
        }
        catch (ModelFormatException) when (!input.Digest().AsSpan().SequenceEqual(secrets.Files[0].Sha256Obfuscated))
        {
            throw new ModelMismatchException(path, "its SHA-256 is another");
        }
        finally
        {
            if (Model is null) input.Dispose();
        }

        _files = secrets.Files.Skip(1).ToDictionary(file => file.Name, StringComparer.Ordinal);
        _files[""] = secrets.Files[0];
        if (Model.DataFiles.Count != secrets.Files.Count - 1 || Model.DataFiles.Any(file => !_files.ContainsKey(file.Name)))
            throw Mismatch("they are for a model of other data files");
        foreach (var file in Model.DataFiles) CheckLength(file.Path, file.Length, _files[file.Name]);
    }

    /// <summary>The obfuscated model.</summary>
    public ModelFile Model { get; }

    /// <summary>What restoring a file replaces.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ModelMismatchException">The secrets name a tensor that the model does not have like this.</exception>
    public IReadOnlyList<BytePatch> Patches(string name, Stream file)
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

    /// <summary>Restores a file.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="output">Gets the restored file.</param>
    /// <exception cref="ModelMismatchException">The result's digest is not what the secrets say.</exception>
    /// <remarks>
    /// The obfuscated file's digest is not taken: from another file the right result can't come, except from one that
    /// differs in the replaced weights alone. Restoring a large model takes about as long as one digest of it.
    /// </remarks>
    public void Restore(string name, FileStream output) => Run(name, output, bothDigests: false);

    /// <summary>Looks whether restoring a file would give what the secrets say.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <exception cref="ModelMismatchException">A digest, before or after, is not what the secrets say.</exception>
    public void Verify(string name) => Run(name, output: null, bothDigests: true);

    public void CheckObfuscated(string name, ReadOnlySpan<byte> sha256)
    {
        if (!sha256.SequenceEqual(_files[name].Sha256Obfuscated))
            throw new ModelMismatchException(Model.PathOf(name), "its SHA-256 is another");
    }

    public void CheckRestored(string name, ReadOnlySpan<byte> sha256)
    {
        if (!sha256.SequenceEqual(_files[name].Sha256Restored))
            throw new ModelMismatchException(Model.PathOf(name), "restoring does not give what they say");
    }

    /// <summary>The weight tensor that secrets mean.</summary>
    public WeightTensor Find(TensorSecrets tensor)
    {
        var weight = Model.Find(tensor.Path) ?? throw Mismatch($"it has no weight tensor {tensor.Path}");
        if (weight.Type != tensor.Type || !weight.Dims.SequenceEqual(tensor.Dims))
            throw Mismatch($"{tensor.Path} has another type or shape");
        return weight;
    }

    private void Run(string name, FileStream? output, bool bothDigests)
    {
        using var input = Model.OpenPart(name);
        CheckLength(Model.PathOf(name), input.Length, _files[name]);
        var patches = Patches(name, input);
        try
        {
            var digests = bothDigests ? PatchedCopy.Run(input, output, [], patches) : PatchedCopy.Run(input, output, patches);
            if (bothDigests) CheckObfuscated(name, digests[0]);
            CheckRestored(name, digests[^1]);
        }
        finally
        {
            BytePatch.Zero(patches);
        }
    }

    private static void CheckLength(string path, long length, ProtectedFile file)
    {
        if (length != file.Length)
            throw new ModelMismatchException(path, $"it has {length} bytes instead of {file.Length}");
    }

    private ModelMismatchException Mismatch(string why) => new(Model.FilePath, why);
}

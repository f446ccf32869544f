using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx;

/// <summary>
/// An <c>.onnx</c> file: its structure without weights, and the index of its weight tensors. Opening costs memory in
/// proportion to the structure, not to the weights.
/// </summary>
public sealed class ModelFile
{
    private ModelFile(string path, long length, ModelProto structure, WeightIndex index)
    {
        FilePath = path;
        Length = length;
        Structure = structure;
        Weights = index.Tensors;
        Skipped = index.Skipped;
    }

    /// <summary>Where the file lies, as it was given.</summary>
    public string FilePath { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The model with the values of large tensors left out. Do not change it.</summary>
    public ModelProto Structure { get; }

    /// <summary>The weight tensors, in file order of their graph. Never empty.</summary>
    public IReadOnlyList<WeightTensor> Weights { get; }

    /// <summary>Weight tensors that can't be changed, and why.</summary>
    public IReadOnlyList<SkippedTensor> Skipped { get; }

    /// <summary>Reads the structure and indexes the weights.</summary>
    /// <param name="path">The file. It is read once and not kept open.</param>
    /// <exception cref="ModelFormatException">Not readable, not an ONNX model, or without weights.</exception>
    public static ModelFile Open(string path)
    {
        using var stream = OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads the structure and indexes the weights of a model that is open already, or lies in memory.</summary>
    /// <param name="stream">The model, readable and seekable; read from its start. Still the caller's.</param>
    /// <param name="name">What messages call it, and <see cref="FilePath"/>.</param>
    /// <exception cref="ModelFormatException">Not an ONNX model, or without weights.</exception>
    public static ModelFile Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Position = 0;
        var (structure, sites) = StructureReader.Read(stream);
        var index = WeightIndex.Of(structure, sites);
        if (index.Tensors.Count > 0) return new ModelFile(name, stream.Length, structure, index);

        var why = index.Skipped.Count > 0
            ? $"{index.Skipped[0].Path} is not supported: {index.Skipped[0].Reason}"
            : "no op multiplies by or adds a constant tensor of floats";
        throw new ModelFormatException(
            $"{name} has no weight tensor that can be changed: {why}.",
            "Export the model with its weights as constants of a float type inside the .onnx file.");
    }

    /// <summary>The whole model, weights included.</summary>
    /// <exception cref="ModelFormatException">Not readable, or larger than a protobuf message can be (2 GB).</exception>
    public ModelProto ParseWhole()
    {
        try
        {
            using var stream = OpenRead(FilePath);
            return ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw WireReader.Malformed("it can't be parsed", e);
        }
    }

    /// <summary>Finds a weight tensor.</summary>
    /// <returns>Null if there is none of that path.</returns>
    public WeightTensor? Find(string path) => Weights.FirstOrDefault(tensor => tensor.Path == path);

    /// <summary>The SHA-256 of a file's content.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    public static byte[] Digest(string path)
    {
        using var stream = OpenRead(path);
        return SHA256.HashData(stream);
    }

    /// <summary>Opens a model file for reading.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFormatException(
                $"{path} can't be read: {e.Message}", "Check the path and its permissions.", e);
        }
    }
}

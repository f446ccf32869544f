using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Runtime;

/// <summary>The steps that restoring to a file and in memory share.</summary>
/// <param name="path">The obfuscated model, for messages.</param>
/// <param name="secrets">What to restore with.</param>
internal sealed class RestorePlan(string path, ModelSecrets secrets)
{
    private readonly ProtectedFile _file = secrets.Files.Count == 1
        ? secrets.Files[0]
        : throw new ModelMismatchException(path, $"they are for a model of {secrets.Files.Count} files");

    public void CheckLength(long length)
    {
        if (length != _file.Length)
            throw Mismatch($"it has {length} bytes instead of {_file.Length}");
    }

    public void CheckObfuscated(ReadOnlySpan<byte> sha256)
    {
        if (!sha256.SequenceEqual(_file.Sha256Obfuscated)) throw Mismatch("its SHA-256 is another");
    }

    public void CheckRestored(ReadOnlySpan<byte> sha256)
    {
        if (!sha256.SequenceEqual(_file.Sha256Restored)) throw Mismatch("restoring does not give what they say");
    }

    /// <summary>Puts the original bits, or the value of compact secrets, in their places.</summary>
    /// <param name="model">The obfuscated model, whose digest was checked.</param>
    public void Patch(Stream model)
    {
        var index = ModelFile.Read(model, path);
        foreach (var tensor in secrets.Tensors)
        {
            var weight = index.Find(tensor.Path) ?? throw Mismatch($"it has no weight tensor {tensor.Path}");
            if (weight.Type != tensor.Type || !weight.Dims.SequenceEqual(tensor.Dims))
                throw Mismatch($"{tensor.Path} has another type or shape");
            WeightPatcher.Write(
                model, tensor.Indices.Zip(tensor.RestoredBits, (i, bits) => new WeightBits(weight, i, bits)));
        }
    }

    public ModelMismatchException Mismatch(string why) => new(path, why);

    public static byte[] Digest(Stream stream)
    {
        stream.Position = 0;
        return SHA256.HashData(stream);
    }
}

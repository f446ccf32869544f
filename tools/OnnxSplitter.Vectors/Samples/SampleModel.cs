using Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>A small model of the vectors, original and obfuscated, and its secrets.</summary>
internal sealed class SampleModel
{
    private const float Center = 0.125f;
    private const int ChangesPerTensor = 3;

    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _original;
    private readonly string _obfuscated;

    private SampleModel(string folder, string suffix, Func<ModelProto> build)
    {
        _original = Path.Combine(folder, $"original{suffix}.onnx");
        _obfuscated = Path.Combine(folder, $"obfuscated{suffix}.onnx");
        if (!File.Exists(_original)) File.WriteAllBytes(_original, UnpackedForm.Of(build()));
        Changes = [.. Choose()];
        if (!File.Exists(_obfuscated)) File.WriteAllBytes(_obfuscated, Patched(change => change.Obfuscated));
        Payload = ModelSecretsCodec.Encode(ModelSecrets.From("gradient", Created, [FileOf(_original)], Changes));
    }

    public IReadOnlyList<WeightChange> Changes { get; }

    /// <summary>The secrets, encoded.</summary>
    public byte[] Payload { get; }

    /// <summary>Compact secrets of the same changes, encoded; for float32 alone.</summary>
    public byte[] CompactPayload => field ??= Compact();

    /// <summary>The model of nearly all vectors.</summary>
    public static SampleModel Plain(string folder) => new(folder, "", SampleGraphs.Plain);

    /// <summary>A model with weights of other types.</summary>
    public static SampleModel Typed(string folder) => new(folder, Vector.TypedSuffix, SampleGraphs.Typed);

    /// <summary>A model with weights in attributes.</summary>
    public static SampleModel OfAttributes(string folder) =>
        new(folder, Vector.AttributesSuffix, AttributeGraph.Model);

    /// <summary>The payload with a defect.</summary>
    public byte[] With(Action<ModelProto> damage) => With(Payload, damage);

    /// <summary>The compact payload with a defect.</summary>
    public byte[] CompactWith(Action<ModelProto> damage) => With(CompactPayload, damage);

    private static byte[] With(byte[] payload, Action<ModelProto> damage)
    {
        var model = ModelProto.Parser.ParseFrom(payload);
        damage(model);
        return UnpackedForm.Of(model);
    }

    private byte[] Compact()
    {
        var restored = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var center = BitConverter.SingleToUInt32Bits(Center);
        File.WriteAllBytes(restored, Patched(_ => center));
        try
        {
            return ModelSecretsCodec.Encode(
                ModelSecrets.From("nnsplitter", Created, [FileOf(restored)], Changes, Center));
        }
        finally
        {
            File.Delete(restored);
        }
    }

    private ProtectedFile FileOf(string restored) => new(
        Path.GetFileName(_obfuscated), new FileInfo(_original).Length, ModelFile.Digest(_obfuscated),
        ModelFile.Digest(restored), ModelFile.Digest(_original));

    // Highest bits: signs, where there are some.
    private IEnumerable<WeightChange> Choose()
    {
        using var model = ModelFile.Open(_original);
        using var stream = model.OpenPart("");
        foreach (var tensor in model.Weights)
        {
            for (var index = 1L; index < tensor.Count; index += tensor.Count / ChangesPerTensor)
            {
                var bits = WeightPatcher.Read(stream, tensor, index);
                yield return new WeightChange(tensor, index, bits, bits ^ 1UL << (tensor.Type.BitWidth - 1));
            }
        }
    }

    private byte[] Patched(Func<WeightChange, ulong> bits)
    {
        var bytes = File.ReadAllBytes(_original);
        using var stream = new MemoryStream(bytes);
        WeightPatcher.Write(stream, Changes.Select(x => new WeightBits(x.Tensor, x.Index, bits(x))));
        return bytes;
    }
}

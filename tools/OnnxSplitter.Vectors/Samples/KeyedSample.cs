using System.Security.Cryptography;
using Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Keyed;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>The model of weights of several types, changed by a key, and its secrets.</summary>
internal sealed class KeyedSample
{
    // The exponent of 1/16: smaller weights stay.
    private static readonly Dictionary<string, int> Least = new(StringComparer.Ordinal)
    {
        ["float16"] = 11,
        ["bfloat16"] = 123,
        ["float32"] = 123,
        ["float64"] = 1019,
    };

    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _original;
    private readonly string _obfuscated;

    public KeyedSample(string folder)
    {
        _original = Path.Combine(folder, $"original{Vector.KeyedSuffix}.onnx");
        _obfuscated = Path.Combine(folder, $"obfuscated{Vector.KeyedSuffix}.onnx");
        if (!File.Exists(_original)) File.WriteAllBytes(_original, UnpackedForm.Of(SampleGraphs.Typed()));
        using var model = ModelFile.Open(_original);
        int[] tensors = [.. Enumerable.Range(0, model.Constants.Count)];
        int[] thresholds = [.. model.Constants.Select(tensor => Least.GetValueOrDefault(tensor.Type.ToString()))];
        var keyed = new KeyedSecrets(
            SHA256.HashData("a key of the vectors"u8), KeyedRules.Mantissa | KeyedRules.Shuffle, tensors,
            thresholds.Any(threshold => threshold > 0) ? thresholds : null);
        if (!File.Exists(_obfuscated))
        {
            var bytes = File.ReadAllBytes(_original);
            keyed.ChangeOf(model, "", back: false).Apply(bytes, 0);
            File.WriteAllBytes(_obfuscated, bytes);
        }

        using var secrets = new ModelSecrets("keyed/mantissa+shuffle", "1.0.0", Created,
            [new ProtectedFile(Path.GetFileName(_obfuscated), model.Length, ModelFile.Digest(_obfuscated),
                ModelFile.Digest(_original))], keyed);
        Payload = ModelSecretsCodec.Encode(secrets);
    }

    /// <summary>The secrets, encoded.</summary>
    public byte[] Payload { get; }

    /// <summary>The payload with other bytes in an initializer.</summary>
    /// <param name="initializer">Which: the key, the rules, the tensors, the thresholds.</param>
    /// <param name="change">What becomes of the bytes.</param>
    public byte[] With(int initializer, Func<byte[], byte[]> change) => With(model =>
    {
        var tensor = model.Graph.Initializer[initializer];
        tensor.RawData = Google.Protobuf.ByteString.CopyFrom(change(tensor.RawData.ToByteArray()));
        tensor.Dims[0] = tensor.RawData.Length;
    });

    /// <summary>The payload with a defect.</summary>
    public byte[] With(Action<ModelProto> damage)
    {
        var model = ModelProto.Parser.ParseFrom(Payload);
        damage(model);
        return UnpackedForm.Of(model);
    }
}

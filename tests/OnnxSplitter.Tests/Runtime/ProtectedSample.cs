using System.Security.Cryptography;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>
/// A real model with twenty bits flipped, one each in twenty weights, and the secrets that say which.
/// </summary>
internal sealed class ProtectedSample : IDisposable
{
    private const uint Sign = 0x8000_0000;
    private const uint Exponent = 0x4000_0000; // its highest bit
    private const uint Fraction = 1; // its lowest bit

    private static readonly uint Larger = BitConverter.SingleToUInt32Bits(1000);

    /// <param name="model">File name.</param>
    /// <param name="harm">
    /// 1: signs of the first two tensors. 2: the model always gives the same answer, by biases of its last layer so
    /// large that nothing else is left of its scores. 3: the same by one that is merely larger than they are. 0: so
    /// little that it is as good as before. 4: signs of the last two kernels or matrices. 5: of the first.
    /// </param>
    public ProtectedSample(string model = "resnet20-fmnist.onnx", int harm = 1)
    {
        Original = Repository.Model(model);
        Obfuscated = Folder["obfuscated.onnx"];
        var weights = ModelFile.Open(Original).Weights;
        File.Copy(Original, Obfuscated);
        var changes = new List<WeightChange>();
        using (var stream = new FileStream(Obfuscated, FileMode.Open, FileAccess.ReadWrite))
        {
            var kernels = weights.Where(x => x.Dims.Count > 1).OrderBy(x => x.GraphOrder);
            foreach (var tensor in harm == 4 ? kernels.TakeLast(2) : harm == 5 ? kernels.Take(1)
                : harm >= 2 ? [weights[0], weights.Single(x => x.Dims is [10])] : weights.Take(2))
            {
                var flip = harm is 0 or 3 ? Fraction : tensor.Dims is [10] ? Exponent : Sign;
                for (var i = 0; i < 10; i++)
                {
                    var index = i * (tensor.Count / 10);
                    var bits = WeightPatcher.Read(stream, tensor, index);
                    changes.Add(new WeightChange(tensor, index, bits,
                        harm == 3 && tensor.Dims is [10] && i == 0 ? Larger : bits ^ flip));
                }
            }

            WeightPatcher.Write(stream, changes.Select(x => new WeightBits(x.Tensor, x.Index, x.Obfuscated)));
        }

        Changes = changes;
        Secrets = SecretsOf(changes);
    }

    public TemporaryFolder Folder { get; } = new();

    public string Original { get; }

    public string Obfuscated { get; }

    public string Restored => Folder["restored.onnx"];

    public IReadOnlyList<WeightChange> Changes { get; }

    public ModelSecrets Secrets { get; }

    /// <summary>Secrets for this very file that hold other changes.</summary>
    public ModelSecrets SecretsOf(IEnumerable<WeightChange> changes) => ModelSecrets.From(
        "sign",
        DateTimeOffset.UnixEpoch,
        [
            new ProtectedFile(
                "obfuscated.onnx",
                new FileInfo(Obfuscated).Length,
                ModelFile.Digest(Obfuscated),
                ModelFile.Digest(Original)),
        ],
        changes);

    /// <summary>Compact secrets for this very file.</summary>
    public ModelSecrets CompactSecrets(float center)
    {
        var restored = File.ReadAllBytes(Obfuscated);
        using (var stream = new MemoryStream(restored))
            WeightPatcher.Write(stream, Changes.Select(
                change => new WeightBits(change.Tensor, change.Index, BitConverter.SingleToUInt32Bits(center))));
        return ModelSecrets.From(
            "sign",
            DateTimeOffset.UnixEpoch,
            [
                new ProtectedFile("obfuscated.onnx", restored.Length, ModelFile.Digest(Obfuscated),
                    SHA256.HashData(restored), ModelFile.Digest(Original)),
            ],
            Changes,
            center);
    }

    public void Dispose()
    {
        Secrets.Dispose();
        Folder.Dispose();
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>
/// A model that is taken to be obfuscated, and secrets by which some signs of its weights are others. Nothing is
/// searched, and no second model is written.
/// </summary>
internal static class ProtectedFolder
{
    private const ulong Sign = 0x8000_0000;

    /// <summary>Weights that are changed in each touched tensor.</summary>
    public const int WeightsPerTensor = 1000;

    /// <summary>Seals secrets.</summary>
    /// <param name="model">The model: float32 weights.</param>
    /// <param name="tensors">How many of its tensors are touched, spread over the model.</param>
    /// <param name="key">Who signs, and who opens.</param>
    /// <param name="path">Gets the secrets file.</param>
    public static void Seal(string model, int tensors, X509Certificate2 key, string path)
    {
        using var file = ModelFile.Open(model);
        tensors = Math.Min(tensors, file.Weights.Count);
        Seal(model, file, Enumerable.Range(0, tensors)
            .Select(i => file.Weights[(int)((long)i * file.Weights.Count / tensors)]), key, path);
    }

    /// <summary>The same of kernels and matrices.</summary>
    /// <param name="model">As above.</param>
    /// <param name="layers">How many.</param>
    /// <param name="spread">Whether they lie all over the model; else they are its last ones.</param>
    /// <param name="weights">Most weights that are changed in each.</param>
    /// <param name="key">As above.</param>
    /// <param name="path">As above.</param>
    public static void SealLayers(
        string model, int layers, bool spread, int weights, X509Certificate2 key, string path)
    {
        using var file = ModelFile.Open(model);
        WeightTensor[] all =
            [.. file.Weights.Where(tensor => tensor.Dims.Count > 1).OrderBy(tensor => tensor.GraphOrder)];
        var count = Math.Min(layers, all.Length);
        Seal(model, file, spread ? Enumerable.Range(0, count).Select(i => all[i * all.Length / count])
            : all.TakeLast(count), key, path, weights);
    }

    private static void Seal(
        string model, ModelFile file, IEnumerable<WeightTensor> tensors, X509Certificate2 key, string path,
        int weights = WeightsPerTensor)
    {
        var changes = tensors.SelectMany(tensor => Changes(file, tensor, weights)).ToList();
        var files = new List<ProtectedFile>();
        foreach (var name in file.Parts)
        {
            using var stream = file.OpenPart(name);
            var patches = WeightPatcher.Locate(stream, changes.Where(change => change.Tensor.Storage.File == name)
                .Select(change => new WeightBits(change.Tensor, change.Index, change.Original)));
            var digests = PatchedCopy.Run(stream, output: null, clone: false, [], patches);
            files.Add(new ProtectedFile(
                name.Length == 0 ? Path.GetFileName(model) : name, stream.Length, digests[0], digests[1]));
        }

        using var secrets = ModelSecrets.From("random/sign", DateTimeOffset.UnixEpoch, files, changes);
        File.WriteAllBytes(path, SecretsEnvelope.Seal(secrets, key, [key]));
    }

    /// <summary>Encrypts a file as is usual: AES-256-GCM, in pieces, each behind its nonce and its tag.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encrypted">Gets it.</param>
    /// <param name="key">32 bytes.</param>
    public static void Encrypt(string path, string encrypted, byte[] key)
    {
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        using var input = File.OpenRead(path);
        using var output = File.Create(encrypted);
        var piece = new byte[EncryptedFile.PieceLength];
        var (nonce, tag) = (new byte[EncryptedFile.NonceLength], new byte[EncryptedFile.TagLength]);
        for (int count; (count = input.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false)) > 0;)
        {
            RandomNumberGenerator.Fill(nonce);
            aes.Encrypt(nonce, piece.AsSpan(0, count), piece.AsSpan(0, count), tag);
            output.Write(nonce);
            output.Write(tag);
            output.Write(piece.AsSpan(0, count));
        }
    }

    private static IEnumerable<WeightChange> Changes(ModelFile file, WeightTensor tensor, int weights)
    {
        using var stream = file.OpenPart(tensor.Storage.File);
        var count = (int)Math.Min(weights, tensor.Count);

        // One in each of as many pieces, anywhere, so that channels are those of no pattern.
        var (random, piece) = (new Random(1), tensor.Count / count);
        long[] indices = [.. Enumerable.Range(0, count).Select(i => i * piece + random.NextInt64(piece))];
        return [.. WeightPatcher.Read(stream, tensor, indices)
            .Select((bits, i) => new WeightChange(tensor, indices[i], bits ^ Sign, bits))];
    }
}

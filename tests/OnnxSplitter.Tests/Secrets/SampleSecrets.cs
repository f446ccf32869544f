using CsCheck;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Secrets to test with.</summary>
internal static class SampleSecrets
{
    public static DateTimeOffset Created { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ProtectedFile File(string name = "model.onnx") =>
        new(name, 1234, [.. Enumerable.Repeat((byte)0xA1, 32)], [.. Enumerable.Repeat((byte)0xB2, 32)]);

    /// <summary>Changes spread over tensors of shape 16x8x3x3.</summary>
    public static ModelSecrets Of(int changes = 4, int tensors = 2) =>
        ModelSecrets.From("gradient", Created, [File()], Changes(changes, tensors));

    /// <summary>The same, all to be restored to 0.25.</summary>
    public static ModelSecrets Compact(int changes = 4, int tensors = 2) =>
        ModelSecrets.From("gradient", Created, [CompactFile()], Changes(changes, tensors), center: 0.25f);

    public static ProtectedFile CompactFile() => new(
        "model.onnx", 1234, [.. Enumerable.Repeat((byte)0xA1, 32)], [.. Enumerable.Repeat((byte)0xC3, 32)],
        [.. Enumerable.Repeat((byte)0xB2, 32)]);

    private static IEnumerable<WeightChange> Changes(int changes, int tensors) =>
        Enumerable.Range(0, changes).Select(i => new WeightChange(
            SampleTensors.Of($"layer{i % tensors}.conv1.weight", 16, 8, 3, 3),
            i * 71,
            BitConverter.SingleToUInt32Bits(i + 0.5f),
            BitConverter.SingleToUInt32Bits(-i - 0.5f)));

    /// <summary>Any valid secrets.</summary>
    public static Gen<ModelSecrets> Any { get; } = AnySecrets(
        ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int8,
        ElementType.UInt8, ElementType.Int4, ElementType.UInt4);

    /// <summary>Any valid compact secrets.</summary>
    public static Gen<ModelSecrets> AnyCompact { get; } =
        Gen.Select(AnySecrets(ElementType.Float32), Gen.Float.Where(float.IsFinite), Gen.Byte.Array[32])
            .Select((secrets, center, digest) => new ModelSecrets(
                secrets.Strategy, secrets.ToolVersion, secrets.Created,
                [.. secrets.Files.Select(f =>
                    new ProtectedFile(f.Name, f.Length, f.Sha256Obfuscated, digest, f.Sha256Original))],
                [
                    .. secrets.Tensors.Select(t => new TensorSecrets(t.Path, ElementType.Float32, t.Dims, t.Indices,
                        [.. t.Indices.Select(_ => ElementType.Float32.Encode(center))])),
                ],
                compact: true));

    private static Gen<ModelSecrets> AnySecrets(params ElementType[] types)
    {
        var text = Gen.String[Gen.Char["abcXYZ019._-/é漢 "], 1, 12];
        var name = Gen.String[Gen.Char["abcXYZ019_-é漢 "], 1, 12];
        var digest = Gen.Byte.Array[32];
        var file = Gen.Select(name, Gen.Long[0, long.MaxValue], digest, digest)
            .Select((n, length, before, after) => new ProtectedFile(n, length, before, after));
        var tensor =
            Gen.Select(text, Gen.Int[0, types.Length - 1].Select(i => types[i]), Gen.Long[1, 1 << 20].Array[1, 3])
                .SelectMany((path, type, dims) =>
        {
            var count = dims.Aggregate(1L, (product, dim) => product * dim);
            return Gen.Long[0, count - 1].HashSet[1, (int)Math.Min(count, 20)].SelectMany(indices =>
                Gen.ULong.Array[indices.Count].Select(bits =>
                    new TensorSecrets(path, type, dims, [.. indices.Order()],
                        [.. bits.Select(b => b >> 64 - type.BitWidth)])));
        });
        return Gen.Select(text, text, Gen.Long[0, 4_000_000_000], file.Array[1, 3], tensor.Array[1, 4])
            .Select((strategy, version, seconds, files, tensors) => new ModelSecrets(
                strategy,
                version,
                DateTimeOffset.FromUnixTimeSeconds(seconds),
                [.. files.DistinctBy(x => x.Name)],
                [.. tensors.DistinctBy(x => x.Path).OrderBy(x => x.Path, StringComparer.Ordinal)]));
    }
}

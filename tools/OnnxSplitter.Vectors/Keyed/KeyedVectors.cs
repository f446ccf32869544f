using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Keyed;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Keyed;

/// <summary>The vectors of tests/vectors/keyed.json: every rule on every type.</summary>
internal static class KeyedVectors
{
    private const int Few = 21;

    // Two blocks and a part of a third, in which 4-bit codes end in the middle of a byte.
    private const int Many = 2 * 4096 + 333;

    private static readonly DataType[] Types =
    [
        DataType.Float, DataType.Double, DataType.Float16, DataType.Bfloat16, DataType.Int16, DataType.Uint16,
        DataType.Int8, DataType.Uint8, DataType.Int4, DataType.Uint4,
    ];

    private static readonly KeyedRules[] Rules =
    [
        KeyedRules.Sign, KeyedRules.Mantissa, KeyedRules.Shuffle, KeyedRules.Sign | KeyedRules.Shuffle,
        KeyedRules.Mantissa | KeyedRules.Shuffle,
    ];

    /// <summary>The file.</summary>
    public static byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(
        [.. All().Append(Of(KeyedRules.Mantissa, DataType.Float, Few, 0, "block/Ünï/weight"))],
        KeyedVectorContext.Default.KeyedVectorArray);

    /// <summary>The vectors of a file.</summary>
    public static IReadOnlyList<KeyedVector> Read(byte[] json) =>
        JsonSerializer.Deserialize(json, KeyedVectorContext.Default.KeyedVectorArray)!;

    /// <summary>What a tensor of many numbers holds: byte i is the low byte of i i / 7 + 31 i.</summary>
    public static byte[] Made(long length)
    {
        var bytes = new byte[length];
        for (var i = 0L; i < length; i++) bytes[i] = (byte)(i * i / 7 + 31 * i);
        return bytes;
    }

    /// <summary>What a key makes of a tensor that lies in a model.</summary>
    public static byte[] Change(KeyedVector vector, byte[] values, bool back)
    {
        var type = Types.Select(each => ElementType.Of((int)each)!).Single(each => each.ToString() == vector.Type);
        var content = Model(type.DataType, vector.Count, vector.Path, values).ToByteArray();
        using var model = ModelFile.Of(content, vector.Path);
        var place = model.Constants.Index().Single(constant => constant.Item.Path == vector.Path);
        using var keyed = new KeyedSecrets(
            Convert.FromHexString(vector.Key),
            vector.Rules.Split(',').Select(rule => Enum.Parse<KeyedRules>(rule, ignoreCase: true))
                .Aggregate(KeyedRules.None, (all, rule) => all | rule),
            [place.Index], vector.Threshold > 0 ? [vector.Threshold] : null);
        var changed = content.ToArray();
        keyed.ChangeOf(model, "", back).Apply(changed, 0);
        var part = place.Item.Storage.Parts[0];
        return changed[(int)part.Offset..(int)(part.Offset + part.Length)];
    }

    private static IEnumerable<KeyedVector> All()
    {
        foreach (var rules in Rules)
            foreach (var type in Types)
                foreach (var count in new[] { Few, Many })
                {
                    yield return Of(rules, type, count, 0, "w");
                    if (type == DataType.Float)
                        yield return Of(rules, type, count, rules.HasFlag(KeyedRules.Mantissa) ? 120 : 15400, "w");
                }
    }

    private static KeyedVector Of(KeyedRules rules, DataType type, int count, int threshold, string path)
    {
        var length = ElementType.Of((int)type)!.PackedLength(count);
        var values = Made(length);
        if (count % 2 != 0 && type is (DataType.Int4 or DataType.Uint4)) values[^1] &= 0xF;
        var vector = new KeyedVector(
            rules.ToString().Replace(", ", ",", StringComparison.Ordinal).ToLowerInvariant(),
            ElementType.Of((int)type)!.ToString(), count, threshold, path,
            Convert.ToHexStringLower(SHA256.HashData("a key of the vectors"u8)),
            count == Few ? Convert.ToHexStringLower(values) : null, null, "");
        var changed = Change(vector, values, back: false);
        return vector with
        {
            Obfuscated = count == Few ? Convert.ToHexStringLower(changed) : null,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(changed)),
        };
    }

    // The tensor itself need not be used; a model without weights can't be opened.
    private static ModelProto Model(DataType type, int count, string path, byte[] values) => new()
    {
        IrVersion = 10,
        OpsetImport = { new OperatorSetIdProto { Version = 21 } },
        Graph = new GraphProto
        {
            Name = "vector",
            Node = { new NodeProto { OpType = "MatMul", Input = { "x", "used" }, Output = { "y" } } },
            Input = { new ValueInfoProto { Name = "x" } },
            Output = { new ValueInfoProto { Name = "y" } },
            Initializer =
            {
                new TensorProto { Name = "used", DataType = (int)DataType.Float, Dims = { 2, 1 },
                    RawData = ByteString.CopyFrom(new byte[8]) },
                new TensorProto { Name = path, DataType = (int)type, Dims = { 1, count },
                    RawData = ByteString.CopyFrom(values) },
            },
        },
    };
}

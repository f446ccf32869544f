using System.Buffers.Binary;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors;

/// <summary>The small model of the vectors, original and obfuscated, and its secrets.</summary>
internal sealed class SampleModel
{
    public const string OriginalName = "original.onnx";
    public const string ObfuscatedName = "obfuscated.onnx";

    private const float Center = 0.125f;
    private const uint Sign = 0x8000_0000;

    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _folder;

    public SampleModel(string folder)
    {
        _folder = folder;
        if (!File.Exists(Original)) File.WriteAllBytes(Original, Build().ToByteArray());
        Changes = [.. Choose()];
        if (!File.Exists(Obfuscated)) File.WriteAllBytes(Obfuscated, Patched(change => change.Obfuscated));
        Payload = ModelSecretsCodec.Encode(ModelSecrets.From("gradient", Created, [FileOf(Original)], Changes));
        var restored = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var center = BitConverter.SingleToUInt32Bits(Center);
        File.WriteAllBytes(restored, Patched(_ => center));
        try
        {
            CompactPayload = ModelSecretsCodec.Encode(
                ModelSecrets.From("nnsplitter", Created, [FileOf(restored)], Changes, Center));
        }
        finally
        {
            File.Delete(restored);
        }
    }

    public IReadOnlyList<WeightChange> Changes { get; }

    /// <summary>The secrets, encoded.</summary>
    public byte[] Payload { get; }

    /// <summary>Compact secrets of the same changes, encoded.</summary>
    public byte[] CompactPayload { get; }

    private string Original => Path.Combine(_folder, OriginalName);

    private string Obfuscated => Path.Combine(_folder, ObfuscatedName);

    /// <summary>The payload with a defect.</summary>
    public byte[] With(Action<ModelProto> damage) => With(Payload, damage);

    /// <summary>The compact payload with a defect.</summary>
    public byte[] CompactWith(Action<ModelProto> damage) => With(CompactPayload, damage);

    private static byte[] With(byte[] payload, Action<ModelProto> damage)
    {
        var model = ModelProto.Parser.ParseFrom(payload);
        damage(model);
        return model.ToByteArray();
    }

    private ProtectedFile FileOf(string restored) => new(
        ObfuscatedName, new FileInfo(Original).Length, ModelFile.Digest(Obfuscated), ModelFile.Digest(restored),
        ModelFile.Digest(Original));

    private IEnumerable<WeightChange> Choose()
    {
        using var stream = ModelFile.OpenRead(Original);
        foreach (var tensor in ModelFile.Open(Original).Weights)
        {
            for (var index = 1L; index < tensor.Count; index += tensor.Count / 3)
            {
                var bits = WeightPatcher.Read(stream, tensor, index);
                yield return new WeightChange(tensor, index, bits, bits ^ Sign);
            }
        }
    }

    private byte[] Patched(Func<WeightChange, ulong> bits)
    {
        var bytes = File.ReadAllBytes(Original);
        using var stream = new MemoryStream(bytes);
        WeightPatcher.Write(stream, Changes.Select(x => new WeightBits(x.Tensor, x.Index, bits(x))));
        return bytes;
    }

    private static ModelProto Build() => new()
    {
        IrVersion = 8,
        ProducerName = "OnnxSplitter",
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new GraphProto
        {
            Name = "sample",
            Input = { Value("x", 8) },
            Output = { Value("y", 4) },
            Initializer = { Weights("dense1.weight", 8, 16), Weights("dense2.weight", 16, 4) },
            Node =
            {
                new NodeProto { OpType = "MatMul", Input = { "x", "dense1.weight" }, Output = { "a" } },
                new NodeProto { OpType = "Relu", Input = { "a" }, Output = { "b" } },
                new NodeProto { OpType = "MatMul", Input = { "b", "dense2.weight" }, Output = { "y" } },
            },
        },
    };

    private static ValueInfoProto Value(string name, long width) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimValue = 1 },
                        new TensorShapeProto.Types.Dimension { DimValue = width },
                    },
                },
            },
        },
    };

    private static TensorProto Weights(string name, int rows, int columns)
    {
        var bytes = new byte[rows * columns * sizeof(float)];
        for (var i = 0; i < rows * columns; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), MathF.Sin(i + rows) / 2);
        return new TensorProto
        {
            Name = name,
            DataType = (int)DataType.Float,
            Dims = { rows, columns },
            RawData = ByteString.CopyFrom(bytes),
        };
    }
}

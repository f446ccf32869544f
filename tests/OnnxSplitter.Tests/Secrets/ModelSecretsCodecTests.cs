using System.Buffers.Binary;
using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Vectors.Samples;

namespace OnnxSplitter.Tests.Secrets;

public sealed class ModelSecretsCodecTests
{
    [Fact]
    public void Decoding_gives_what_was_encoded() => SampleSecrets.Any.Holds(
        secrets =>
        {
            using var decoded = ModelSecretsCodec.Decode(ModelSecretsCodec.Encode(secrets));
            Assert.Equal(secrets.Strategy, decoded.Strategy);
            Assert.Equal(secrets.ToolVersion, decoded.ToolVersion);
            Assert.Equal(secrets.Created, decoded.Created);
            Assert.Equivalent(secrets.Files, decoded.Files, strict: true);
            Assert.Equivalent(secrets.Tensors, decoded.Tensors, strict: true);
        },
        draws: 300);

    [Fact]
    public void Encoding_again_gives_the_same_bytes() => SampleSecrets.Any.Holds(
        secrets =>
        {
            var payload = ModelSecretsCodec.Encode(secrets);
            using var decoded = ModelSecretsCodec.Decode(payload);
            Assert.Equal(payload, ModelSecretsCodec.Encode(decoded));
        },
        draws: 300);

    [Fact]
    public void Any_changed_byte_is_refused_or_gives_other_secrets() =>
        PayloadFlips.AreRefusedOrOtherSecrets(ModelSecretsCodec.Encode(SampleSecrets.Of()));

    [Fact]
    public void A_cut_payload_is_refused()
    {
        var payload = ModelSecretsCodec.Encode(SampleSecrets.Of());
        for (var length = 0; length < payload.Length; length++)
            Refused(payload.AsSpan(0, length).ToArray());
    }

    /// <summary>One defect each, in otherwise valid payloads.</summary>
    public static TheoryData<string> Defects => [.. Damage.Keys];

    private static Dictionary<string, Action<ModelProto>> Damage { get; } = new(StringComparer.Ordinal)
    {
        ["no graph"] = model => model.Graph = null,
        ["a node"] = model => model.Graph.Node.Add(new NodeProto { OpType = "Add" }),
        ["an initializer"] = model => model.Graph.Initializer.Add(new TensorProto { Name = "x" }),
        ["a doc string"] = model => model.DocString = "x",
        ["another graph name"] = model => model.Graph.Name = "x",
        ["another producer"] = model => model.ProducerName = "x",
        ["another producer version"] = model => model.ProducerVersion = "x",
        ["another ir version"] = model => model.IrVersion = 9,
        ["another opset"] = model => model.OpsetImport[0].Version = 20,
        ["another format"] = model => Entry(model, "format").Value = "2",
        ["no strategy"] = model => model.MetadataProps.Remove(Entry(model, "strategy")),
        ["empty strategy"] = model => Entry(model, "strategy").Value = "",
        ["strategy twice"] = model => model.MetadataProps.Add(Entry(model, "strategy").Clone()),
        ["unknown entry"] = model => model.MetadataProps.Add(new StringStringEntryProto { Key = "x", Value = "y" }),
        ["four unknown entries"] = model => model.MetadataProps.Add(
            Enumerable.Range(0, 4).Select(i => new StringStringEntryProto { Key = $"x{i}", Value = "y" })),
        ["entries in another order"] = model =>
            (model.MetadataProps[1], model.MetadataProps[2]) = (model.MetadataProps[2], model.MetadataProps[1]),
        ["local time"] = model => Entry(model, "created").Value = "2026-01-02T03:04:05+01:00",
        ["fraction of a second"] = model => Entry(model, "created").Value = "2026-01-02T03:04:05.5Z",
        ["no file"] = model =>
        {
            for (var i = 0; i < 4; i++) model.MetadataProps.RemoveAt(4);
        },
        ["two files of one name"] = model => model.MetadataProps.Add(model.MetadataProps.Skip(4)
            .Select(x => new StringStringEntryProto { Key = x.Key.Replace(".0.", ".1."), Value = x.Value }).ToList()),
        ["negative length"] = model => Entry(model, "file.0.length").Value = "-1",
        ["length with a leading zero"] = model => Entry(model, "file.0.length").Value = "01234",
        ["length out of range"] = model => Entry(model, "file.0.length").Value = "9223372036854775808",
        ["file name with a folder"] = model => Entry(model, "file.0.name").Value = "../model.onnx",
        ["digest in capitals"] = model => Entry(model, "file.0.sha256.original").Value = new string('B', 64),
        ["short digest"] = model => Entry(model, "file.0.sha256.original").Value = new string('b', 62),
        ["tensors out of order"] = model =>
        {
            var sparse = model.Graph.SparseInitializer;
            (sparse[0], sparse[1]) = (sparse[1], sparse[0]);
        },
        ["no tensor"] = model => model.Graph.SparseInitializer.Clear(),
        ["more dims than tensors have"] = model => First(model).Dims.Add(Enumerable.Repeat(1L, 61)),
        ["more tensors than models have"] = model => model.Graph.SparseInitializer.Add(
            Enumerable.Repeat(new SparseTensorProto(), 1 << 16)),
        ["more entries than models have files"] = model => model.MetadataProps.Add(
            Enumerable.Repeat(new StringStringEntryProto(), 1 << 19)),
        ["a tensor twice"] = model =>
            model.Graph.SparseInitializer.Insert(0, model.Graph.SparseInitializer[0].Clone()),
        ["no path"] = model => First(model).Values.Name = "",
        ["no values"] = model => First(model).Values = null,
        ["no indices"] = model => First(model).Indices = null,
        ["negative dim"] = model => First(model).Dims[0] = -16,
        ["dims whose product overflows"] = model => First(model).Dims[0] = long.MaxValue,
        ["dims too small for the indices"] = model => First(model).Dims[0] = 1,
        ["another value type"] = model => First(model).Values.DataType = (int)TensorProto.Types.DataType.Double,
        ["another index type"] = model => First(model).Indices.DataType = (int)TensorProto.Types.DataType.Int32,
        ["more values than dims say"] = model => First(model).Values.Dims[0] = 1,
        ["values cut"] = model => First(model).Values.RawData = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7),
        ["fewer indices than values"] = model => First(model).Indices.RawData = Indices(0),
        ["indices that descend"] = model => First(model).Indices.RawData = Indices(5, 4),
        ["an index twice"] = model => First(model).Indices.RawData = Indices(5, 5),
        ["a negative index"] = model => First(model).Indices.RawData = Indices(-1, 5),
        ["an index outside"] = model => First(model).Indices.RawData = Indices(0, 16 * 8 * 3 * 3),
        ["an external location"] = model => First(model).Values.ExternalData.Add(
            new StringStringEntryProto { Key = "location", Value = "/etc/passwd" }),
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_payload_with_a_defect_is_refused(string defect)
    {
        var model = ModelProto.Parser.ParseFrom(ModelSecretsCodec.Encode(SampleSecrets.Of()));
        Damage[defect](model);
        Refused(UnpackedForm.Of(model));
    }

    [Fact]
    public void Repeated_numbers_are_not_packed()
    {
        var payload = ModelSecretsCodec.Encode(SampleSecrets.Of());
        var model = ModelProto.Parser.ParseFrom(payload);

        Assert.Equal(payload, UnpackedForm.Of(model));
        Refused(model.ToByteArray());
    }

    [Fact]
    public void Trailing_bytes_and_other_encodings_of_the_same_message_are_refused()
    {
        var payload = ModelSecretsCodec.Encode(SampleSecrets.Of());
        Refused([.. payload, 0]);
        Refused([.. payload, 0x98, 0x06, 0x01]); // An unknown field, 99, is legal protobuf.
        Assert.Equal(new byte[] { 0x08, 10 }, payload[..2]);
        Refused([0x08, 0x8A, 0x00, .. payload[2..]]); // The same version in a longer varint.
        Refused([.. payload[2..], .. payload[..2]]); // The same fields in another order.
        Refused([.. payload, 0x3A, 0x80, 0x80, 0x80, 0x80, 0x04]); // A second graph of 1 GB, which is not there.
    }

    internal static byte[] Broken()
    {
        var model = ModelProto.Parser.ParseFrom(ModelSecretsCodec.Encode(SampleSecrets.Of()));
        Damage["a doc string"](model);
        return UnpackedForm.Of(model);
    }

    private static void Refused(byte[] payload)
    {
        var e = Assert.Throws<SecretsException>(() => ModelSecretsCodec.Decode(payload));
        Assert.Equal(SecretsFailure.NotOpened, e.Failure);
        Assert.Null(e.InnerException);
    }

    private static StringStringEntryProto Entry(ModelProto model, string key) =>
        model.MetadataProps.Single(entry => entry.Key == "onnxsplitter." + key);

    private static SparseTensorProto First(ModelProto model) => model.Graph.SparseInitializer[0];

    private static ByteString Indices(params long[] indices)
    {
        var bytes = new byte[indices.Length * sizeof(long)];
        for (var i = 0; i < indices.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), indices[i]);
        return ByteString.CopyFrom(bytes);
    }
}

using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Vectors.Samples;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The payload of compact secrets.</summary>
public sealed class CompactPayloadTests
{
    [Fact]
    public void Decoding_gives_what_was_encoded() => SampleSecrets.AnyCompact.Holds(
        secrets =>
        {
            var payload = ModelSecretsCodec.Encode(secrets);
            using var decoded = ModelSecretsCodec.Decode(payload);
            Assert.True(decoded.IsCompact);
            Assert.Equivalent(secrets.Files, decoded.Files, strict: true);
            Assert.Equivalent(secrets.Tensors, decoded.Tensors, strict: true);
            Assert.Equal(payload, ModelSecretsCodec.Encode(decoded));
        },
        draws: 300);

    [Fact]
    public void Any_changed_byte_is_refused_or_gives_other_secrets() =>
        PayloadFlips.AreRefusedOrOtherSecrets(ModelSecretsCodec.Encode(SampleSecrets.Compact()));

    [Fact]
    public void A_cut_payload_is_refused()
    {
        var payload = ModelSecretsCodec.Encode(SampleSecrets.Compact());
        for (var length = 0; length < payload.Length; length++) Refused(payload[..length]);
    }

    /// <summary>One defect each, in otherwise valid payloads.</summary>
    public static TheoryData<string> Defects => [.. Damage.Keys];

    private static Dictionary<string, Action<ModelProto>> Damage { get; } = new(StringComparer.Ordinal)
    {
        ["the ordinary format's number"] = model => Entry(model, "format").Value = "1",
        ["another format"] = model => Entry(model, "format").Value = "3",
        ["no restored digest"] = model => model.MetadataProps.Remove(Entry(model, "file.0.sha256.restored")),
        ["a short restored digest"] = model => Entry(model, "file.0.sha256.restored").Value = new string('b', 62),
        ["an ordinary tensor too"] = model => model.Graph.SparseInitializer.Add(new SparseTensorProto()),
        ["no value"] = model => model.Graph.Initializer.RemoveAt(0),
        ["a value that is not finite"] = model =>
            model.Graph.Initializer[0].RawData = ByteString.CopyFrom(0, 0, 0xC0, 0x7F),
        ["a value of another length"] = model => model.Graph.Initializer[0].RawData = ByteString.CopyFrom(0, 0, 0),
        ["a value of another name"] = model => model.Graph.Initializer[0].Name = "x",
        ["a value of another type"] = model =>
            model.Graph.Initializer[0].DataType = (int)TensorProto.Types.DataType.Int32,
        ["no tensors"] = model =>
        {
            while (model.Graph.Initializer.Count > 1) model.Graph.Initializer.RemoveAt(1);
        },
        ["tensors out of order"] = model =>
            (model.Graph.Initializer[1], model.Graph.Initializer[2]) =
                (model.Graph.Initializer[2], model.Graph.Initializer[1]),
        ["a tensor of another type"] = model =>
            model.Graph.Initializer[1].DataType = (int)TensorProto.Types.DataType.Int8,
        ["dims that are not the bytes'"] = model => model.Graph.Initializer[1].Dims[0] = 1,
        ["no bytes"] = model => Bytes(model),
        ["a rank alone"] = model => Bytes(model, 4),
        ["a rank beyond the bytes"] = model => Bytes(model, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 3),
        ["a shape that is cut"] = model => Bytes(model, 4, 16, 8),
        ["no index"] = model => Bytes(model, 2, 16, 8),
        ["an index outside"] = model => Bytes(model, 2, 16, 8, 0x80, 0x01),
        ["a second index outside"] = model => Bytes(model, 2, 16, 8, 127, 0),
        ["an index that is cut"] = model => Bytes(model, 2, 16, 8, 3, 0x80),
        ["an index of more bytes than it needs"] = model => Bytes(model, 2, 16, 8, 0x83, 0x00),
        ["indices whose sum overflows"] = model => Bytes(
            model, [1, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F, 0]),
        ["an index of more than 63 bits"] = model => Bytes(model, [2, 16, 8, .. Enumerable.Repeat((byte)0x80, 9), 1]),
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_payload_with_a_defect_is_refused(string defect)
    {
        var model = ModelProto.Parser.ParseFrom(ModelSecretsCodec.Encode(SampleSecrets.Compact()));
        Damage[defect](model);
        Refused(UnpackedForm.Of(model));
    }

    private static StringStringEntryProto Entry(ModelProto model, string key) =>
        model.MetadataProps.Single(entry => entry.Key == "onnxsplitter." + key);

    private static void Bytes(ModelProto model, params byte[] bytes)
    {
        model.Graph.Initializer[1].RawData = ByteString.CopyFrom(bytes);
        model.Graph.Initializer[1].Dims[0] = bytes.Length;
    }

    private static void Refused(byte[] payload) => Assert.Equal(
        SecretsFailure.NotOpened, Assert.Throws<SecretsException>(() => ModelSecretsCodec.Decode(payload)).Failure);
}

using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The writer of payloads against readers that are not this project's.</summary>
public sealed class WireMessageTests
{
    private static readonly Gen<(long Number, string Text, byte[] Bytes)> Values =
        Gen.Select(Gen.OneOf(Gen.Long, Gen.Long[0, 300]), Gen.String[Gen.Char["abc é漢"], 0, 200],
            Gen.Byte.Array[0, 300]);

    [Fact]
    public void A_reader_of_protobuf_reads_the_fields_in_their_order() =>
        Gen.Select(Gen.Int[1, 5000], Values).Array[0, 12].Holds(
            fields =>
            {
                var message = new WireMessage();
                foreach (var (field, (number, text, bytes)) in fields)
                {
                    message.Number(field, number).Text(field, text).Secret(field, bytes);
                    message.Message(field, new WireMessage().Numbers(field, [number, 0]).Text(field, text));
                }

                using var input = new CodedInputStream(message.ToArray());
                foreach (var (field, (number, text, bytes)) in fields)
                {
                    Assert.Equal(number, Read(input, field, WireFormat.WireType.Varint).ReadInt64());
                    Assert.Equal(text, Read(input, field, WireFormat.WireType.LengthDelimited).ReadString());
                    Assert.Equal(bytes, Read(input, field, WireFormat.WireType.LengthDelimited).ReadBytes());
                    var content = Read(input, field, WireFormat.WireType.LengthDelimited).ReadBytes();
                    using var inner = content.CreateCodedInput();
                    Assert.Equal(number, Read(inner, field, WireFormat.WireType.Varint).ReadInt64());
                    Assert.Equal(0, Read(inner, field, WireFormat.WireType.Varint).ReadInt64());
                    Assert.Equal(text, Read(inner, field, WireFormat.WireType.LengthDelimited).ReadString());
                    Assert.True(inner.IsAtEnd);
                }

                Assert.True(input.IsAtEnd);
            },
            draws: 300);

    [Fact]
    public void An_onnx_reader_finds_what_was_written() => SampleSecrets.Any.Holds(
        secrets =>
        {
            var model = ModelProto.Parser.ParseFrom(ModelSecretsCodec.Encode(secrets));

            Assert.Equal(secrets.ToolVersion, model.ProducerVersion);
            Assert.Equal(("", 21L), (model.OpsetImport.Single().Domain, model.OpsetImport.Single().Version));
            Assert.Equal(4 + 4 * secrets.Files.Count, model.MetadataProps.Count);
            Assert.Equal(secrets.Tensors.Count, model.Graph.SparseInitializer.Count);
            foreach (var (tensor, sparse) in secrets.Tensors.Zip(model.Graph.SparseInitializer))
            {
                Assert.Equal((tensor.Path, (int)tensor.Type.DataType), (sparse.Values.Name, sparse.Values.DataType));
                Assert.Equal(tensor.Dims, sparse.Dims);
                Assert.Equal([tensor.Indices.Length], sparse.Values.Dims);
                Assert.Equal([tensor.Indices.Length], sparse.Indices.Dims);
                for (var i = 0; i < tensor.Indices.Length; i++)
                {
                    Assert.Equal(tensor.Indices[i], BitConverter.ToInt64(sparse.Indices.RawData.Span[(8 * i)..]));
                    Assert.Equal(tensor.RestoredBits[i], tensor.Type.Read(sparse.Values.RawData.Span, i));
                }
            }
        },
        draws: 300);

    [Fact]
    public void Wiping_zeroes_what_it_owns_at_any_depth()
    {
        byte[] outer = [1, 2], inner = [3];
        var message = new WireMessage().Secret(1, outer);
        message.Message(2, new WireMessage().Message(3, new WireMessage().Secret(4, inner)));

        message.Wipe();

        Assert.Equal(new byte[2], outer);
        Assert.Equal(new byte[1], inner);
    }

    private static CodedInputStream Read(CodedInputStream input, int field, WireFormat.WireType type)
    {
        Assert.Equal(WireFormat.MakeTag(field, type), input.ReadTag());
        return input;
    }
}

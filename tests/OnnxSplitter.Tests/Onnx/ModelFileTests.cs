using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Tests.Onnx.WeightedModel;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.Onnx;

public sealed class ModelFileTests
{
    [Theory]
    [InlineData("resnet20-fmnist.onnx", 22, 22, "onnx::Conv_203")]
    [InlineData("resnet20-fmnist-bn.onnx", 43, 41, "conv1.weight")]
    [InlineData("vit-fmnist.onnx", 27, 28, "p.weight")]
    [InlineData("vit-fmnist-named.onnx", 27, 28, "blocks.0.qkv.weight")]
    public void Weights_of_a_real_export_are_indexed(string name, int multiplied, int added, string path)
    {
        using var model = ModelFile.Open(Repository.Model(name));

        Assert.Equal(multiplied, model.Weights.Count(tensor => tensor.Role.Multiplies));
        Assert.Equal(added, model.Weights.Count(tensor => !tensor.Role.Multiplies));
        Assert.NotNull(model.Find(path));
        Assert.Empty(model.Skipped);
    }

    [Fact]
    public void A_patch_changes_one_value_and_nothing_else_wherever_it_is_stored()
    {
        var random = new Random(1);
        var model = Model(Raw("raw", 400, random), Packed("packed", 300, random));
        var constant = Packed("", 7, random);
        model.Graph.Node.Insert(0, new NodeProto
        {
            OpType = "Constant",
            Output = { "constant" },
            Attribute = { new AttributeProto { Name = "value", Type = Kind.Tensor, T = constant } },
        });
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "constant" }, Output = { "y9" } });
        var bytes = model.ToByteArray();
        using var file = ModelFile.Of(bytes, "a model");
        Assert.Equal(["raw", "packed", "constant"], file.Weights.Select(tensor => tensor.Path));

        foreach (var tensor in file.Weights)
            foreach (var index in new[] { 0, tensor.Count / 2, tensor.Count - 1 })
            {
                using var stream = new MemoryStream(bytes.ToArray());
                WeightPatcher.Write(stream, [new WeightBits(tensor, index, BitConverter.SingleToUInt32Bits(1234.5f))]);

                var expected = model.Clone();
                var proto = tensor.Path == "constant"
                    ? expected.Graph.Node[0].Attribute[0].T
                    : expected.Graph.Initializer.Single(t => t.Name == tensor.Path);
                if (proto.RawData.IsEmpty) proto.FloatData[(int)index] = 1234.5f;
                else
                {
                    var raw = proto.RawData.ToByteArray();
                    BitConverter.TryWriteBytes(raw.AsSpan((int)index * 4), 1234.5f);
                    proto.RawData = ByteString.CopyFrom(raw);
                }

                Assert.Equal(expected, ModelProto.Parser.ParseFrom(stream.ToArray()));
                Assert.Equal(BitConverter.SingleToUInt32Bits(1234.5f), WeightPatcher.Read(stream, tensor, index));
            }
    }

    [Fact]
    public void The_structure_leaves_large_payloads_out_and_keeps_the_rest()
    {
        var model = Model(Raw("raw", 4000, new Random(2)), Raw("small", 8, new Random(3)));

        var structure = ModelFile.Of(model.ToByteArray(), "a model").Structure;

        model.Graph.Initializer[0].RawData = ByteString.Empty;
        Assert.Equal(model, structure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_list_of_floats_is_indexed_and_patched_packed_or_not(bool packed)
    {
        var model = Model(Raw("w", 4, new Random(3)));
        model.Graph.Node.Insert(0, new NodeProto
        {
            OpType = "Constant",
            Output = { "list" },
            Attribute = { new AttributeProto { Name = "value_floats", Type = Kind.Floats, Floats = { 1, -2, 3 } } },
        });
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "list" }, Output = { "z" } });
        var bytes = packed ? model.ToByteArray() : UnpackedForm.Of(model);
        var tensor = ModelFile.Of(bytes, "a model").Find("list")!;

        using var stream = new MemoryStream(bytes.ToArray());
        WeightPatcher.Write(stream, [new WeightBits(tensor, 1, BitConverter.SingleToUInt32Bits(7))]);

        model.Graph.Node[0].Attribute[0].Floats[1] = 7;
        Assert.Equal(packed ? model.ToByteArray() : UnpackedForm.Of(model), stream.ToArray());
    }

    [Theory]
    [InlineData(24, "float8e8m0")]
    [InlineData(25, "uint2")]
    [InlineData(26, "int2")]
    [InlineData((int)TensorProto.Types.DataType.Float4E2M1, "float4e2m1")]
    public void Types_that_weights_cannot_have_are_called_what_onnx_calls_them(int type, string name)
    {
        var odd = Raw("odd", 4, new Random(9));
        odd.DataType = type;

        using var file = ModelFile.Of(Model(Raw("w", 4, new Random(9)), odd).ToByteArray(), "a model");

        Assert.Contains($"its type {name} is", Assert.Single(file.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Readers_at_one_time_do_not_disturb_each_other()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        var content = File.ReadAllBytes(file.FilePath);
        Parallel.For(0, 16, i =>
        {
            using var stream = file.OpenPart("");
            var random = new Random(i);
            for (var n = 0; n < 200; n++)
            {
                var bytes = new byte[random.Next(1, 1 << random.Next(1, 18))];
                stream.Position = random.Next(content.Length - bytes.Length);
                var at = (int)stream.Position;
                stream.ReadExactly(bytes);
                Assert.True(content.AsSpan(at, bytes.Length).SequenceEqual(bytes));
                Assert.Equal(at + bytes.Length, stream.Position);
                Assert.Equal(at + bytes.Length < content.Length ? content[at + bytes.Length] : -1, stream.ReadByte());
            }
        });
    }

    [Theory]
    [InlineData("no weights")]
    [InlineData("only complex")]
    [InlineData("payload too short")]
    [InlineData("dims overflow")]
    [InlineData("negative dim")]
    [InlineData("two graphs")]
    [InlineData("nested too deeply")]
    [InlineData("same name twice")]
    public void A_model_that_is_not_right_is_refused(string defect)
    {
        var random = new Random(7);
        var model = Model(Raw("w", 4, random));
        var tensor = model.Graph.Initializer[0];
        byte[]? bytes = null;
        switch (defect)
        {
            case "no weights": model.Graph.Node.Clear(); break;
            case "only complex": tensor.DataType = (int)TensorProto.Types.DataType.Complex64; break;
            case "payload too short": tensor.RawData = ByteString.CopyFrom(new byte[15]); break;
            case "dims overflow": tensor.Dims.Add([1L << 40, 1L << 40]); break;
            case "negative dim": tensor.Dims[0] = -4; break;
            case "same name twice": model.Graph.Initializer.Add(tensor.Clone()); break;
            case "two graphs": bytes = [.. model.ToByteArray(), .. model.ToByteArray()]; break;
            default:
                for (var i = 0; i < 40; i++)
                {
                    var outer = new GraphProto();
                    outer.Node.Add(new NodeProto
                    {
                        OpType = "If",
                        Attribute = { new AttributeProto { Name = "g", Type = Kind.Graph, G = model.Graph } },
                    });
                    model.Graph = outer;
                }

                break;
        }

        var thrown = Assert.Throws<ModelFormatException>(
            () => ModelFile.Of(bytes ?? model.ToByteArray(), "a model"));
        Assert.NotEmpty(thrown.Remedy);
    }

    [Fact]
    public void A_model_cut_off_anywhere_is_refused()
    {
        var bytes = Model(Raw("w", 400, new Random(8))).ToByteArray();

        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<ModelFormatException>(() => ModelFile.Of(bytes[..length], "a model"));
    }
}

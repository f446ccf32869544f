using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Samples;
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
    public void Nodes_of_one_name_have_graphs_whose_weights_have_paths_of_their_own()
    {
        var model = Model(Raw("outer", 4, new Random(4)));
        foreach (var seed in new[] { 5, 6, 7 })
        {
            var branch = new GraphProto { Name = "branch", Initializer = { Raw("inner", 4, new Random(seed)) } };
            branch.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "inner" }, Output = { "z" } });
            model.Graph.Node.Add(new NodeProto
            {
                Name = "if",
                OpType = "If",
                Input = { "c" },
                Output = { $"out{seed}" },
                Attribute = { new AttributeProto { Name = "then_branch", Type = Kind.Graph, G = branch } },
            });
        }

        var bytes = model.ToByteArray();
        using var file = ModelFile.Of(bytes, "a model");

        Assert.Equal(["outer", "if/then_branch/inner", "if/then_branch/inner#2", "if/then_branch/inner#3"],
            file.Weights.Select(weight => weight.Path));
        using var stream = new MemoryStream(bytes);
        Assert.Equal(3,
            file.Weights.Skip(1).Select(weight => WeightPatcher.Read(stream, weight, 0)).Distinct().Count());
    }

    [Fact]
    public void Initializers_of_one_name_are_left_alone()
    {
        var random = new Random(4);
        var model = Model(Raw("w", 4, random), Raw("w", 400, random), Raw("other", 4, random));

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.Equal(["other"], file.Weights.Select(tensor => tensor.Path));
        var skipped = Assert.Single(file.Skipped);
        Assert.Equal("w", skipped.Path);
        Assert.Contains("several of its name", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_of_an_initializers_name_is_refused()
    {
        var model = Model(Raw("w", 4, new Random(4)));
        model.Graph.Node.Insert(0, new NodeProto
        {
            OpType = "Constant",
            Output = { "w" },
            Attribute =
            {
                new AttributeProto { Name = "value", Type = Kind.Tensor, T = Raw("", 4, new Random(5)) },
            },
        });

        Assert.Throws<ModelFormatException>(() => ModelFile.Of(model.ToByteArray(), "a model"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_weight_that_is_also_an_input_is_a_constant_up_to_version_3_of_the_format(long version)
    {
        var model = Model(Raw("w", 4, new Random(6)), Raw("other", 4, new Random(6)));
        model.IrVersion = version;
        model.Graph.Input.Add(new ValueInfoProto { Name = "other" });

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.Equal(version < 4 ? ["w", "other"] : ["w"], file.Weights.Select(tensor => tensor.Path));
        Assert.Equal(version < 4 ? [] : ["other"], file.Skipped.Select(tensor => tensor.Path));
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
    [InlineData("Cast")]
    [InlineData("Concat")]
    [InlineData("Expand")]
    [InlineData("Flatten")]
    [InlineData("Identity")]
    [InlineData("Pad")]
    [InlineData("Reshape")]
    [InlineData("Slice")]
    [InlineData("Softmax")]
    [InlineData("Split")]
    [InlineData("Squeeze")]
    [InlineData("Tile")]
    [InlineData("Transpose")]
    [InlineData("Unsqueeze")]
    public void Weights_may_reach_their_op_through_others(string op)
    {
        var model = Model(Raw("w", 4, new Random(4)));
        model.Graph.Node[0].Input[1] = "last";
        model.Graph.Node.Insert(0, new NodeProto { OpType = op, Input = { "w", "v" }, Output = { "first", "last" } });
        model.Graph.Initializer.Add(Raw("v", 4, new Random(5)));

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.Equal(op == "Concat" ? ["w", "v"] : ["w"], file.Weights.Select(tensor => tensor.Path));
        Assert.All(file.Weights, tensor => Assert.Equal("MatMul", tensor.Role.Op));
    }

    [Fact]
    public void Weights_inside_a_subgraph_have_a_path_through_it()
    {
        var model = Model(Raw("outer", 4, new Random(4)));
        var inner = Model(Raw("inner", 4, new Random(5))).Graph;
        model.Graph.Node.Add(new NodeProto
        {
            Name = "If_12",
            OpType = "If",
            Input = { "c" },
            Output = { "z" },
            Attribute = { new AttributeProto { Name = "then_branch", Type = Kind.Graph, G = inner } },
        });

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.False(file.Find("If_12/then_branch/inner")!.TopLevel);
        Assert.True(file.Find("outer")!.TopLevel);
    }

    [Fact]
    public void Weights_that_cannot_be_changed_are_named_with_the_reason()
    {
        var random = new Random(6);
        var complex = Raw("complex", 4, random);
        complex.DataType = (int)TensorProto.Types.DataType.Complex64;
        var external = Raw("external", 4, random);
        external.DataLocation = TensorProto.Types.DataLocation.External;
        var model = Model(Raw("good", 4, random), complex, external, Raw("input", 4, random));
        model.Graph.Input.Add(new ValueInfoProto { Name = "input" });

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.Equal("good", Assert.Single(file.Weights).Path);
        Assert.Equal(["complex", "external", "input"], file.Skipped.Select(skipped => skipped.Path));
        Assert.Equal((12, 16), (file.Skipped.Sum(skipped => skipped.Weights), file.WeightCount));
    }

    [Fact]
    public void Tensors_that_an_op_reads_that_is_not_known_are_named()
    {
        var random = new Random(6);
        var model = Model(Raw("good", 4, random), Raw("table", 8, random), Raw("cast", 8, random));
        foreach (var node in model.Graph.Node.Skip(1))
            (node.OpType, node.Domain) = ("GatherBlockQuantized", "some.ops");
        model.Graph.Node[2].Input[1] = "other";
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Cast", Input = { "cast" }, Output = { "other" } });
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "shape",
            Dims = { 2 },
            DataType = (int)TensorProto.Types.DataType.Int64,
            Int64Data = { 2, 2 },
        });
        model.Graph.Node[2].Input.Add("shape");

        using var file = ModelFile.Of(model.ToByteArray(), "a model");

        Assert.Equal([("table", 8), ("cast", 8)], file.Skipped.Select(tensor => (tensor.Path, tensor.Weights)));
        Assert.All(file.Skipped, tensor =>
            Assert.Contains("some.ops.GatherBlockQuantized", tensor.Reason, StringComparison.Ordinal));
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

    private static ModelProto Model(params TensorProto[] weights)
    {
        var graph = new GraphProto { Name = "g", Initializer = { weights } };
        for (var i = 0; i < weights.Length; i++)
            graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", weights[i].Name }, Output = { $"y{i}" } });

        // The graph is the last field, so that a model cut off anywhere has lost a part of it.
        return new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = graph };
    }

    private static TensorProto Raw(string name, int count, Random random)
    {
        var data = new byte[4 * count];
        random.NextBytes(data);
        for (var i = 3; i < data.Length; i += 4) data[i] &= 0x3F;
        return new TensorProto
        {
            Name = name,
            Dims = { count },
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(data),
        };
    }

    private static TensorProto Packed(string name, int count, Random random) => new()
    {
        Name = name,
        Dims = { count },
        DataType = (int)TensorProto.Types.DataType.Float,
        FloatData = { Enumerable.Range(0, count).Select(_ => random.NextSingle()) },
    };
}

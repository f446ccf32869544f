using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using static OnnxSplitter.Tests.Onnx.WeightedModel;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Which constants of a graph are weights, and under which path.</summary>
public sealed class FoundWeightsTests
{
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
    public void Where_all_weights_are_inputs_too_it_is_said_how_to_take_them_out()
    {
        var model = Model(Raw("w", 4, new Random(6)));
        model.Graph.Input.Add(new ValueInfoProto { Name = "w" });

        var refusal = Assert.Throws<ModelFormatException>(() => ModelFile.Of(model.ToByteArray(), "a model"));

        Assert.Contains("keep_initializers_as_inputs=False", refusal.Remedy, StringComparison.Ordinal);
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
}

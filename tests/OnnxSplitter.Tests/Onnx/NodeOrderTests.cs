using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Models;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Files whose nodes are in any order, as graph surgery leaves them and ONNX Runtime takes them.</summary>
public sealed class NodeOrderTests
{
    [Theory]
    [InlineData("resnet20-fmnist-bn.onnx")]
    [InlineData("vit-fmnist-named.onnx")]
    public void The_weights_of_a_model_do_not_depend_on_the_order_of_its_nodes(string name)
    {
        using var ordered = ModelFile.Open(Repository.Model(name));
        using var turned = ModelFile.Of(Turned(ordered.ParseWhole()), "turned");

        Assert.Equal(ordered.Weights.Select(tensor => (tensor.Path, tensor.Role.Op, tensor.Role.Input)),
            turned.Weights.Select(tensor => (tensor.Path, tensor.Role.Op, tensor.Role.Input)));
        Assert.Equal(ordered.Normalizations.Count, turned.Normalizations.Count);
        AssertRuns(turned.Structure.Graph);
        AssertRuns(turned.ParseWhole().Graph);
    }

    [Fact]
    public void Paths_keep_the_position_that_a_node_without_a_name_has_in_the_file()
    {
        using var file = ModelFile.Of(Branched().ToByteArray(), "a branch");

        Assert.Equal(["If_1/then_branch/w"], file.Weights.Select(tensor => tensor.Path));
        Assert.Equal(["", "If_1", ""], file.Structure.Graph.Node.Select(node => node.Name));
        Assert.Equal(["Neg", "If", "Relu"], file.Structure.Graph.Node.Select(node => node.OpType));
    }

    [Fact]
    public void A_circle_ends()
    {
        var model = Branched();
        model.Graph.Node[2].Input[0] = "z";

        using var file = ModelFile.Of(model.ToByteArray(), "a circle");

        Assert.Equal(3, file.Structure.Graph.Node.Count);
    }

    /// <summary>A node after what it feeds, and an If between them whose branch has the weights.</summary>
    private static ModelProto Branched()
    {
        var branch = new GraphProto
        {
            Name = "branch",
            Initializer = { new TensorProto { Name = "w", DataType = 1, Dims = { 2, 2 }, FloatData = { 1, 2, 3, 4 } } },
            Node = { new NodeProto { OpType = "MatMul", Input = { "a", "w" }, Output = { "y" } } },
            Output = { new ValueInfoProto { Name = "y" } },
        };
        return new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new GraphProto
            {
                Name = "g",
                Input = { new ValueInfoProto { Name = "x" }, new ValueInfoProto { Name = "c" } },
                Output = { new ValueInfoProto { Name = "z" } },
                Node =
                {
                    new NodeProto { OpType = "Relu", Input = { "b" }, Output = { "z" } },
                    new NodeProto
                    {
                        OpType = "If",
                        Input = { "c" },
                        Output = { "b" },
                        Attribute = { new AttributeProto { Name = "then_branch", Type = Kind.Graph, G = branch } },
                    },
                    new NodeProto { OpType = "Neg", Input = { "x" }, Output = { "a" } },
                },
            },
        };
    }

    private static byte[] Turned(ModelProto model)
    {
        NodeProto[] nodes = [.. model.Graph.Node.Reverse()];
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(nodes);
        return model.ToByteArray();
    }

    private static void AssertRuns(GraphProto graph)
    {
        var made = graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            Assert.DoesNotContain(node.Input, name => made.Contains(name) && !done.Contains(name));
            done.UnionWith(node.Output);
        }
    }
}

using Onnx;
using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Tests.Worth;

public sealed class CutFinderTests
{
    /// <summary>Four blocks, each a layer beside which its input goes on to a sum.</summary>
    private static GraphProto Chain()
    {
        var graph = new GraphProto
        {
            Input = { new ValueInfoProto { Name = "sum0" } },
            Output = { new ValueInfoProto { Name = "y" } },
            Initializer = { new TensorProto { Name = "w" } },
        };
        for (var i = 1; i <= 4; i++)
        {
            graph.Node.Add(Node("MatMul", $"layer{i}", $"sum{i - 1}", "w"));
            graph.Node.Add(Node("Relu", $"lit{i}", $"layer{i}"));
            graph.Node.Add(Node("Add", $"sum{i}", $"lit{i}", $"sum{i - 1}"));
        }

        graph.Node.Add(Node("Relu", "y", "sum4"));
        return graph;
    }

    [Fact]
    public void Of_a_chain_with_residuals_places_are_taken_where_one_value_crosses()
    {
        // The input is the thief's own, so beside the first block nothing crosses but that block's layer.
        var cuts = CutFinder.In(Chain(), 4);

        Assert.Equal(4, cuts.Count);
        Assert.All(cuts, cut => Assert.Single(cut.Values));
        Assert.Equal(["sum2", "sum3", "sum4"], cuts.Skip(1).SelectMany(cut => cut.Values));
    }

    [Fact]
    public void Inputs_outputs_and_constants_are_no_places()
    {
        var names = CutFinder.In(Chain(), 8).SelectMany(cut => cut.Values);

        Assert.DoesNotContain(names, name => name is "sum0" or "w" or "y");
    }

    [Fact]
    public void A_graph_without_nodes_has_none() => Assert.Empty(CutFinder.In(new GraphProto(), 8));

    private static NodeProto Node(string op, string output, params string[] inputs) =>
        new() { OpType = op, Input = { inputs }, Output = { output } };
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using static OnnxSplitter.Tests.Gradients.Walks;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>What can't be differentiated is refused by name, never passed over as a gradient of zero.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void An_unknown_op_on_the_way_is_refused_by_op_domain_opset_and_node()
    {
        var graph = Graph(Node("Mul", ["x", "three"], "triple"), Node("Irfft", ["triple"], "y", "com.microsoft"));

        var refused = Assert.Throws<GradientException>(() => Append(graph, "y", ["x"]));

        Assert.Contains("Irfft", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'com.microsoft'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("opset 3)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'node of y'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_op_of_the_default_domain_is_refused() => AssertRefused(
        Graph(Node("Det", ["x"], "y")), "op Det, domain 'ai.onnx', opset 18");

    [Theory]
    [InlineData("Relu")]
    [InlineData("Shape")]
    public void An_op_of_another_domain_is_not_taken_for_one_that_is_known(string op)
    {
        var graph = Graph(Node(op, ["x"], "y", "com.microsoft"));

        Assert.Throws<GradientException>(() => Append(graph, "y", ["x"]));
    }

    [Fact]
    public void A_target_that_a_subgraph_takes_by_name_is_not_overlooked()
    {
        var branch = new GraphProto { Name = "branch", Node = { Node("Neg", ["x"], "inner") } };
        branch.Output.Add(new ValueInfoProto { Name = "inner" });
        var choice = Node("If", ["condition"], "chosen");
        foreach (var name in (string[])["then_branch", "else_branch"])
        {
            choice.Attribute.Add(new AttributeProto
            {
                Name = name,
                Type = AttributeProto.Types.AttributeType.Graph,
                G = branch.Clone(),
            });
        }

        var graph = Graph(choice, Node("Mul", ["chosen", "x"], "y"));

        // The walker alone: what brings a graph into its working form leaves no If whose branch is known.
        var refused = Assert.Throws<GradientException>(() => Append(graph, "y", ["x"]));
        Assert.Contains("op If", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dropout_that_trains_is_refused() =>
        AssertRefused(Graph(Node("Dropout", ["x", "", "condition"], "y")), "training mode");

    [Fact]
    public void A_batch_normalization_that_trains_is_refused()
    {
        var norm = Node("BatchNormalization", ["x", "three", "three", "three", "three"], "y");
        norm.Attribute.Add(NodeAttributes.Make("training_mode", 1L));

        AssertRefused(Graph(norm), "training mode");
    }

    [Fact]
    public void Column_major_indices_are_refused()
    {
        var pool = Node("MaxPool", ["x"], "y");
        pool.Attribute.Add(NodeAttributes.Make("storage_order", 1L));

        AssertRefused(Graph(pool), "storage_order 1");
    }

    [Fact]
    public void Ranges_whose_content_is_not_known_are_refused() =>
        AssertRefused(Graph(Node("Slice", ["x", "ranges", "ranges"], "y")), "input 1 is computed from the data");

    private static void AssertRefused(GraphProto graph, string why)
    {
        var refused = Assert.Throws<GradientException>(() => Append(graph, "y", ["x"]));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("'node of y'", refused.Message, StringComparison.Ordinal);
    }
}

using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using static OnnxSplitter.Tests.Gradients.Walks;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Which nodes the walker follows and what it adds up; rules have tests of their own.</summary>
public sealed class WalkerTests
{
    [Fact]
    public void A_value_used_by_two_ops_gets_the_sum()
    {
        // sum(x^2) + sum(3 x): 2 x + 3.
        var graph = Graph(
            Node("Mul", ["x", "x"], "square"),
            Node("Mul", ["three", "x"], "triple"),
            Node("Add", ["square", "triple"], "sum"));

        Assert.Equal([4, -1, 9], Gradient(graph, "sum", "x"));
    }

    [Fact]
    public void A_value_that_passes_two_branches_gets_the_sum()
    {
        var graph = Graph(
            Node("Neg", ["x"], "inner"),
            Node("Mul", ["three", "inner"], "left"),
            Node("Mul", ["inner", "inner"], "right"),
            Node("Sub", ["left", "right"], "sum"));

        // -3 x - x^2.
        Assert.Equal([-4, 1, -9], Gradient(graph, "sum", "x"));
    }

    [Fact]
    public void A_target_that_does_not_influence_the_loss_is_absent()
    {
        var graph = Graph(Node("Mul", ["x", "three"], "used"), Node("Neg", ["unused"], "aside"));

        var gradients = Append(graph, "used", ["x", "unused"]);

        Assert.Equal(["x"], gradients.Keys);
    }

    [Fact]
    public void A_target_that_no_node_reads_is_absent() =>
        Assert.Empty(Append(Graph(Node("Neg", ["x"], "y")), "y", ["unused"]));

    [Fact]
    public void The_default_domain_may_be_spelled_out()
    {
        var graph = Graph(Node("Shape", ["x"], "aside", "ai.onnx"), Node("Mul", ["x", "three"], "y", "ai.onnx"));

        Assert.Equal(["x"], Append(graph, "y", ["x"]).Keys);
    }

    [Fact]
    public void An_unknown_op_before_the_target_does_not_matter()
    {
        var graph = Graph(Node("Gelu", ["three"], "before", "com.microsoft"), Node("Mul", ["x", "before"], "y"));

        Assert.Equal(["x"], Append(graph, "y", ["x"]).Keys);
    }

    [Fact]
    public void An_unknown_op_that_does_not_lead_to_the_loss_does_not_matter()
    {
        var graph = Graph(Node("Gelu", ["x"], "aside", "com.microsoft"), Node("Mul", ["x", "three"], "y"));

        Assert.Equal(["x"], Append(graph, "y", ["x"]).Keys);
    }

    [Theory]
    [InlineData("ArgMax")]
    [InlineData("Shape")]
    [InlineData("Greater")]
    [InlineData("ConstantOfShape")]
    public void A_listed_op_stops_gradients(string op)
    {
        var graph = Graph(
            Node(op, op == "Greater" ? ["x", "three"] : ["x"], "stopped"),
            Node("Cast", ["stopped"], "floats"),
            Node("Mul", ["floats", "three"], "y"));

        Assert.Empty(Append(graph, "y", ["x"]));
    }

    [Theory]
    [InlineData("MyNorm", false)]
    [InlineData("MyNorm", true)]
    [InlineData("Relu", false)]
    [InlineData("Shape", false)]
    public void A_custom_op_stops_gradients_that_are_not_estimated(string op, bool estimated)
    {
        var graph = Graph(Node(op, ["x"], "normed", "com.acme"), Node("Mul", ["normed", "three"], "y"));

        var gradients = Append(graph, "y", ["x", "three"], new GradientOptions { EstimateGradient = estimated });

        Assert.Equal(estimated ? ["x", "three"] : ["three"], gradients.Keys);
    }

    [Fact]
    public void A_listed_op_stops_its_own_path_alone()
    {
        var graph = Graph(
            Node("Greater", ["x", "three"], "mask"),
            Node("Where", ["mask", "x", "three"], "y"));

        Assert.Equal([0, 0, 0], Gradient(graph, "y", "x"));
    }

    [Fact]
    public void Integers_on_the_way_stop_gradients()
    {
        var cast = Node("Cast", ["x"], "integers");
        cast.Attribute.Add(NodeAttributes.Make("to", (long)Type.Int64));
        var back = Node("Cast", ["integers"], "floats");
        back.Attribute.Add(NodeAttributes.Make("to", (long)Type.Float));
        var graph = Graph(cast, back, Node("Mul", ["floats", "x"], "y"));

        // Only the factor that stayed a float: trunc(x).
        Assert.Equal([0, -2, 3], Gradient(graph, "y", "x"));
    }

    [Fact]
    public void A_target_may_be_the_value_of_a_constant_node()
    {
        var constant = Node("Constant", [], "weight");
        constant.Attribute.Add(NodeAttributes.Make("value", new TensorProto
        {
            DataType = (int)Type.Float,
            Dims = { 3 },
            FloatData = { 1, 2, 3 },
        }));
        var graph = Graph(constant, Node("Mul", ["x", "weight"], "y"));

        Assert.Equal(["weight"], Append(graph, "y", ["weight"]).Keys);
    }
}

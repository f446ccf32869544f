using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Protection.Execution;
using static OnnxSplitter.Tests.Gradients.Walks;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>
/// What a model computes stays; its Ifs, functions and Constant nodes are gone, and weights bear their paths.
/// </summary>
public sealed class WorkingFormTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_taken_branch_stands_in_the_place_of_its_if(bool condition)
    {
        var model = Branching(condition);
        var expected = Run(model);

        Prepare(model);

        Assert.DoesNotContain(model.Graph.Node, node => node.OpType == "If");
        Assert.Equal(expected, Run(model));
    }

    [Fact]
    public void Codes_of_four_bits_whose_name_is_there_twice_stay_as_they_are()
    {
        var codes = new TensorProto
        {
            Name = "codes",
            DataType = (int)Type.Int4,
            Dims = { 2 },
            RawData = Google.Protobuf.ByteString.CopyFrom([0x21]),
        };
        var graph = Graph(Node("DequantizeLinear", ["codes", "scale"], "y"));
        graph.Initializer.Add([codes, codes.Clone()]);

        WideCodes.Apply(graph);

        Assert.All(graph.Initializer.Skip(1), tensor => Assert.Equal((int)Type.Int4, tensor.DataType));
    }

    [Fact]
    public void Weights_of_a_branch_have_their_tensor_paths_and_get_gradients()
    {
        var model = Branching(true);
        Prepare(model);
        string[] weights =
            ["choice/then_branch/scale", "choice/then_branch/If_2/else_branch/shift", "choice/then_branch/constant"];

        var gradients = Gradients(model, weights);

        // y = ((x scale) + shift) constant.
        double[] x = [0.5, -2, 3];
        Assert.Equal([.. x.Select(value => value * 4)], gradients[0]);
        Assert.Equal([4, 4, 4], gradients[1]);
        Assert.Equal([.. x.Select((value, i) => value * (i + 1) + 10)], gradients[2]);
    }

    [Fact]
    public void Functions_are_written_out_with_the_attributes_of_their_calls()
    {
        var model = Calling();
        var expected = Run(model);

        Prepare(model);

        Assert.Empty(model.Functions);
        Assert.Equal(["LeakyRelu", "LeakyRelu"], model.Graph.Node.Select(node => node.OpType).Order());
        Assert.Equal(expected, Run(model));
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        var model = Calling();
        model.Functions[0].Node[0] =
            new NodeProto { OpType = "Slope", Domain = "own", Input = { "a" }, Output = { "b" } };

        Assert.Throws<GradientException>(() => WorkingForm.Apply(model));
    }

    [Fact]
    public void A_constant_that_nobody_can_name_stays_a_node()
    {
        var constant = Constant("unnamed", 4);
        constant.Output.Clear();
        var model = Values.Model(Graph(constant, Node("Mul", ["x", "three"], "y")), 17);

        WorkingForm.Apply(model);

        Assert.Contains(model.Graph.Node, node => node.OpType == "Constant");
    }

    [Fact]
    public void An_opset_that_is_too_old_is_refused() =>
        Assert.Throws<GradientException>(() => WorkingForm.Apply(Values.Model(Graph(Node("Neg", ["x"], "y")), 6)));

    [Fact]
    public void Constants_of_a_model_before_ir_version_4_are_no_inputs()
    {
        var model = Values.Model(Graph(Node("Mul", ["x", "three"], "y")), 8);
        model.IrVersion = 3;
        model.Graph.Input.Add(Values.FloatInput("three", 3));

        WorkingForm.Apply(model);

        Assert.Equal(["x"], model.Graph.Input.Select(input => input.Name));
        Assert.Equal([1.5, -6, 9], Run(model));
    }

    private static void Prepare(ModelProto model)
    {
        WorkingForm.Apply(model);
        ExecutedBranches.Inline(model, Feeds);
    }

    /// <summary>An If in the branch of an If, with weights in either, and one in a Constant node.</summary>
    private static ModelProto Branching(bool condition)
    {
        var inner = Node("If", ["no"], "shifted");
        inner.Name = "";
        inner.Attribute.Add(Body("then_branch", "shifted2", [Node("Neg", ["scaled"], "shifted2")]));
        inner.Attribute.Add(
            Body("else_branch", "shifted3", [Node("Add", ["scaled", "shift"], "shifted3")], ("shift", [10, 10, 10])));
        var outer = Node("If", ["condition"], "y");
        outer.Name = "choice";
        outer.Attribute.Add(Body("then_branch", "z",
            [Constant("constant", 4), Node("Mul", ["x", "scale"], "scaled"), inner,
                Node("Mul", ["shifted", "constant"], "z")],
            ("scale", [1, 2, 3])));
        outer.Attribute.Add(Body("else_branch", "three"));
        var graph = Graph(outer);
        graph.Initializer.Add(Bool("condition", condition));
        graph.Initializer.Add(Bool("no", false));
        return Values.Model(graph, 13);
    }

    private static ModelProto Calling()
    {
        var call = Node("Slope", ["x"], "middle", "own");
        call.Attribute.Add(NodeAttributes.Make("slope", 0.5f));
        var model = Values.Model(Graph(call, Node("Slope", ["middle"], "y", "own")), 17);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        var leaky = new NodeProto { OpType = "LeakyRelu", Input = { "a" }, Output = { "b" } };
        leaky.Attribute.Add(new AttributeProto
        {
            Name = "alpha",
            Type = AttributeProto.Types.AttributeType.Float,
            RefAttrName = "slope",
        });
        model.Functions.Add(new FunctionProto
        {
            Name = "Slope",
            Domain = "own",
            Input = { "a" },
            Output = { "b" },
            Node = { leaky },
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            AttributeProto = { NodeAttributes.Make("slope", 0.25f) },
        });
        return model;
    }

    private static AttributeProto Body(
        string name, string output, NodeProto[]? nodes = null, params (string Name, float[] Data)[] weights)
    {
        var body = new GraphProto { Name = name, Output = { Values.FloatInput(output, 3) }, Node = { nodes ?? [] } };
        if (nodes is null)
        {
            body.Node.Add(Node("Identity", [output], "same"));
            body.Output[0].Name = "same";
        }

        foreach (var (weight, data) in weights)
            body.Initializer.Add(
                new TensorProto { Name = weight, DataType = (int)Type.Float, Dims = { 3 }, FloatData = { data } });
        return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = body };
    }

    private static NodeProto Constant(string name, float value)
    {
        var node = Node("Constant", [], name);
        node.Attribute.Add(NodeAttributes.Make("value_floats", new[] { value, value, value }));
        return node;
    }

    private static TensorProto Bool(string name, bool value) =>
        new() { Name = name, DataType = (int)Type.Bool, Int32Data = { value ? 1 : 0 } };

    private static FeedSet Feeds()
    {
        var feeds = new FeedSet();
        feeds.Values["x"] = Values.Tensor([0.5f, -2, 3], 3);
        return feeds;
    }

    private static double[] Run(ModelProto model)
    {
        using var feeds = Feeds();
        using var session = Values.Open(model, ["y"]);
        return session.Fetch(feeds.Values)[0].Data;
    }

    private static double[][] Gradients(ModelProto model, string[] targets)
    {
        using var feeds = Feeds();
        var builder = new GraphBuilder(model.Graph, model.OpsetImport[0].Version, "gradient::");
        var loss = builder.ReduceSum("y", [0], keepDims: false);
        var names = Differentiation.Append(model, builder, feeds.Values, loss, targets, out _).Names;
        using var session = Values.Open(model, targets.Select(target => names[target]));
        return [.. session.Fetch(feeds.Values).Select(result => result.Data)];
    }
}

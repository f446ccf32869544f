using Onnx;
using OnnxSplitter.Gradients.Building;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// The controller as ONNX graphs: a recurrent cell h = tanh(x A + h B + b), unrolled over the layers; a softmax over
/// the filters of each; the picked filters' rows of the layer's own output matrix, averaged, are the next x (output and
/// input embedding are one matrix: Press and Wolf, EACL 2017).
/// </summary>
internal static class ControllerGraph
{
    private const string Prefix = "onnxsplitter::";
    private const long Opset = GraphBuilder.MinimumOpset;

    // Enough to rule a filter out that was picked before; finite, so that 0 * score stays 0.
    private const float RuledOut = -1e9f;

    /// <summary>Input of a layer in the sampling graph: Gumbel noise [rollouts, filters].</summary>
    public static string Noise(int layer) => $"noise {layer}";

    /// <summary>
    /// Picks of a layer [rollouts, picks], in the order in which they were drawn: output of the sampling graph, input
    /// of the learning graph.
    /// </summary>
    public static string Picks(int layer) => $"picks {layer}";

    /// <summary>Input of the learning graph: what each rollout's log-probability counts [rollouts].</summary>
    public const string Advantage = "advantage";

    /// <summary>
    /// Draws picks: the k largest of score + Gumbel noise are k draws without replacement from the softmax.
    /// </summary>
    /// <remarks>Source: Kool, van Hoof and Welling, ICML 2019.</remarks>
    public static ModelProto Sampling(ControllerShape shape)
    {
        var (model, g) = Begin(shape);
        var graph = model.Graph;
        Unroll(shape, g, (layer, scores) =>
        {
            AddInput(graph, Noise(layer), DataType.Float, shape.Rollouts, shape.Filters[layer]);
            var top = new NodeProto
            {
                OpType = "TopK",
                Input = { g.Add(scores, Noise(layer)), g.Ints(shape.PicksOf(layer)) },
                Output = { g.NewName("values"), Picks(layer) },
            };
            graph.Node.Add(top);
            graph.Output.Add(new ValueInfoProto { Name = Picks(layer) });
            return OneHot(shape, g, layer);
        });
        return model;
    }

    /// <summary>The loss -mean(advantage * log-probability of the picks), a scalar.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="builder">Writes into the graph.</param>
    /// <param name="loss">Name of the loss.</param>
    public static ModelProto Learning(ControllerShape shape, out GraphBuilder builder, out string loss)
    {
        var (model, g) = Begin(shape);
        var graph = model.Graph;
        AddInput(graph, Advantage, DataType.Float, shape.Rollouts);
        string? total = null;
        Unroll(shape, g, (layer, scores) =>
        {
            AddInput(graph, Picks(layer), DataType.Int64, shape.Rollouts, shape.PicksOf(layer));
            var picked = OneHot(shape, g, layer);
            var logarithms = g.Op("LogSoftmax", [Remaining(shape, g, layer, scores, picked)], ("axis", 2L));
            var sum = g.ReduceSum(g.Mul(logarithms, picked), [1, 2], keepDims: false);
            total = total is null ? sum : g.Add(total, sum);
            return picked;
        });
        var weighted = g.ReduceSum(g.Mul(total!, Advantage), [0], keepDims: false);
        loss = g.Mul(weighted, g.Scalar(-1f / shape.Rollouts));
        builder = g;
        return model;
    }

    private static (ModelProto, GraphBuilder) Begin(ControllerShape shape)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
            Graph = new GraphProto { Name = "controller" },
        };
        foreach (var parameter in shape.Parameters)
            AddInput(model.Graph, parameter.Name, DataType.Float, parameter.Dims);
        return (model, new GraphBuilder(model.Graph, Opset, Prefix));
    }

    /// <summary>Goes through the layers.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="g">Writes into the graph.</param>
    /// <param name="pick">
    /// From layer and scores [rollouts, filters] to the picks, one-hot [rollouts, picks, filters].
    /// </param>
    private static void Unroll(ControllerShape shape, GraphBuilder g, Func<int, string, string> pick)
    {
        var state = g.Expand(ControllerShape.Start, shape.Rollouts, shape.Hidden);
        string? picked = null;
        for (var layer = 0; layer < shape.Filters.Count; layer++)
        {
            var sum = g.Add(g.MatMul(state, ControllerShape.FromState), ControllerShape.Bias);
            if (picked is not null) sum = g.Add(sum, g.MatMul(picked, ControllerShape.FromPicks));
            state = g.Op("Tanh", [sum]);
            var head = ControllerShape.Head(layer);
            var scores = g.Op("Gemm", [state, head, ControllerShape.HeadBias(layer)], ("transB", 1L));
            var chosen = g.ReduceSum(pick(layer, scores), [1], keepDims: false);
            picked = g.MatMul(g.Mul(chosen, g.Scalar(1f / shape.PicksOf(layer))), head);
        }
    }

    private static string OneHot(ControllerShape shape, GraphBuilder g, int layer) => g.Op("OneHot",
        [Picks(layer), g.Ints(shape.Filters[layer]), g.Floats([0, 1], 2)], ("axis", -1L));

    /// <summary>
    /// Scores at each pick [rollouts, picks, filters]: filters that were picked before are ruled out.
    /// </summary>
    private static string Remaining(ControllerShape shape, GraphBuilder g, int layer, string scores, string picked)
    {
        var picks = shape.PicksOf(layer);
        var before = new float[picks * picks];
        for (var row = 0; row < picks; row++)
            for (var column = 0; column < row; column++) before[row * picks + column] = RuledOut;
        return g.Add(g.Reshape(scores, shape.Rollouts, 1, shape.Filters[layer]),
            g.MatMul(g.Floats(before, picks, picks), picked));
    }

    private static void AddInput(GraphProto graph, string name, DataType type, params long[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        graph.Input.Add(new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        });
    }
}

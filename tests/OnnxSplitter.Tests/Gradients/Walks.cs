using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Graphs for the walker: an input "x" and a constant "three", of three floats each.</summary>
internal static class Walks
{
    private const long Opset = 18;
    private static readonly float[] Data = [0.5f, -2, 3];

    public static NodeProto Node(string op, string[] inputs, string output, string domain = "") => new()
    {
        OpType = op,
        Domain = domain,
        Name = $"node of {output}",
        Input = { inputs },
        Output = { output },
    };

    public static GraphProto Graph(params NodeProto[] nodes) => new()
    {
        Name = "walk",
        Node = { nodes },
        Input = { Values.FloatInput("x", 3) },
        Initializer =
        {
            new TensorProto { Name = "three", DataType = (int)Type.Float, Dims = { 3 }, FloatData = { 3, 3, 3 } },
        },
    };

    /// <summary>Appends without running anything: all floats here have three elements.</summary>
    public static IReadOnlyDictionary<string, string> Append(
        GraphProto graph, string y, string[] targets, GradientOptions? options = null)
    {
        var values = graph.Node.SelectMany(node => node.Output).Concat(["x", "three", "unused"])
            .ToDictionary(name => name, _ => new ValueInfo(Type.Float, [3]), StringComparer.Ordinal);
        values["ranges"] = new ValueInfo(Type.Int64, [1]);
        values["condition"] = new ValueInfo(Type.Bool, [], [1]);
        return GradientGraph.Append(graph, Builder(graph), values, y, targets, options).Names;
    }

    private static GraphBuilder Builder(GraphProto graph) => new(graph, Opset, "gradient::")
    {
        Imports = [new OperatorSetIdProto { Domain = "com.microsoft", Version = 3 }],
    };

    /// <summary>The gradient of the sum of <paramref name="y"/> at <see cref="Data"/>.</summary>
    public static double[] Gradient(GraphProto graph, string y, string target)
    {
        var loss = new GraphBuilder(graph, Opset, "loss::").ReduceSum(y, [0], keepDims: false);
        var inputs = new Dictionary<string, (long[], float[])> { ["x"] = ([3], Data) };
        return AdjointCheck.Gradients(Values.Model(graph, Opset), inputs, loss, [target])[target];
    }
}

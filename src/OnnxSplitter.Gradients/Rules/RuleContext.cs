using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>All that a rule may look at.</summary>
internal sealed class RuleContext(
    NodeProto node,
    GraphBuilder graph,
    IReadOnlyDictionary<string, ValueInfo> values,
    string?[] outputGradients,
    bool[] wanted)
{
    public NodeProto Node => node;

    /// <summary>Where a rule writes its nodes.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>The gradient of the first output.</summary>
    public string Gradient => outputGradients[0]
        ?? throw Unsupported("only a further output carries a gradient");

    /// <summary>Gradient of each output, null where none arrives.</summary>
    public IReadOnlyList<string?> OutputGradients => outputGradients;

    public int InputCount => node.Input.Count;

    /// <summary>Whether the walker needs the gradient of this input.</summary>
    public bool Wants(int input) => input < wanted.Length && wanted[input];

    public bool HasInput(int input) => input < node.Input.Count && node.Input[input].Length > 0;

    public string Input(int input) => node.Input[input];

    public string Output(int output = 0) => node.Output[output];

    public long[] InputDims(int input) => Info(node.Input[input]).Dims;

    public long[] OutputDims(int output = 0) => Info(node.Output[output]).Dims;

    /// <summary>The content of an integer input.</summary>
    public long[] InputInts(int input) => Info(node.Input[input]).Integers
        ?? throw Unsupported($"input {input} is computed from the data");

    /// <summary>Gives an optional output a name if it has none.</summary>
    public void EnsureOutput(int output, string hint)
    {
        while (node.Output.Count <= output) node.Output.Add("");
        if (node.Output[output].Length == 0) node.Output[output] = graph.NewName(hint);
    }

    /// <summary>Whether anybody looks at an output.</summary>
    public bool HasOutput(int output) => output < node.Output.Count && node.Output[output].Length > 0;

    /// <summary>The content of a small float input, null where it is computed.</summary>
    public float[]? InputFloats(int input) => Info(node.Input[input]).Floats;

    public TensorProto.Types.DataType InputType(int input) => Info(node.Input[input]).Type;

    public bool InputIsFloat(int input) => Info(node.Input[input]).IsFloat;

    public TensorProto.Types.DataType OutputType(int output = 0) => Info(node.Output[output]).Type;

    /// <summary>Makes the node another op, with all its inputs, outputs and attributes.</summary>
    public void Retype(string domain, string op) => (node.Domain, node.OpType) = (domain, op);

    /// <summary>Leaves an optional input out.</summary>
    public void LeaveOut(int input)
    {
        if (HasInput(input)) node.Input[input] = "";
    }

    /// <summary>An axis counted from the front.</summary>
    public static long Axis(long axis, int rank) => axis < 0 ? axis + rank : axis;

    /// <summary>The axes from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public static long[] AxisRange(int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(axis => (long)axis)];

    /// <summary>
    /// Axes given as an attribute (older opsets) or as an input (newer ones); null if neither is there.
    /// </summary>
    public long[]? Axes(int input) =>
        node.Ints("axes") ?? (HasInput(input) ? InputInts(input) : null);

    public GradientException Unsupported(string what) => new(
        $"{Describe(node, graph.OpsetOf(node.Domain))} can't be differentiated: {what}.",
        "Allow an estimate with EstimateGradient, exclude the layers before it, or use Strategy random.");

    /// <summary>Names a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="opset">Version of the operator set of its domain; null if it is not known.</param>
    public static string Describe(NodeProto node, long? opset) =>
        $"Node '{(node.Name.Length > 0 ? node.Name : node.Output[0])}' (op {node.OpType}, domain "
        + $"'{(node.Domain.Length > 0 ? node.Domain : "ai.onnx")}'{(opset is null ? "" : $", opset {opset}")})";

    private ValueInfo Info(string name) => values.TryGetValue(name, out var info)
        ? info
        : throw Unsupported($"the shape of '{name}' is not known");
}

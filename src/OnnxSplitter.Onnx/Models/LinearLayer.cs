using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// A node that is linear in its constants: what a change of them adds to its output goes by its first input alone.
/// </summary>
/// <param name="Node">A node of a model's main graph: Conv, ConvTranspose, Gemm or MatMul.</param>
/// <param name="Form">In what way it is linear.</param>
public sealed record LinearLayer(NodeProto Node, LinearForm Form)
{
    private const int AddedInput = 2;

    /// <summary>Name of the value that it takes, which a run makes.</summary>
    public string Data => Node.Input[0];

    /// <summary>Name of the value that it gives.</summary>
    public string Output => Node.Output[0];

    /// <summary>Name of the constant that it multiplies by.</summary>
    public string Weights => Node.Input[1];

    /// <summary>Name of what it adds; null if it adds nothing.</summary>
    public string? Added =>
        Node.Input.Count > AddedInput && Node.Input[AddedInput].Length > 0 ? Node.Input[AddedInput] : null;

    /// <summary>Axis of its input along which channels lie, -1 for the last.</summary>
    public int InputAxis => Form != LinearForm.MatrixProduct ? 1 : Int("transA") != 0 ? 0 : -1;

    /// <summary>Axis of its output along which channels lie, -1 for the last.</summary>
    public int OutputAxis => Form == LinearForm.MatrixProduct ? -1 : 1;

    /// <summary>Finds the layers that use some constants.</summary>
    /// <param name="model">The model; nodes in an order in which they can run.</param>
    /// <param name="constants">Names of initializers of its main graph, or of what its nodes make of nothing.</param>
    /// <param name="others">Gets what else uses them, or uses them otherwise: the constant, and the node's op.</param>
    /// <returns>In the order of the graph.</returns>
    public static IReadOnlyList<LinearLayer> Of(
        ModelProto model, IEnumerable<string> constants, out IReadOnlyList<(string Constant, string Op)> others)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(constants);
        var graph = model.Graph;
        var reads = graph.Node.Select(node => NodeInputs.Of(node).ToArray()).ToArray();
        var data = GraphReach.Of(graph, reads, GraphReach.Inputs(graph));

        // What is made of changed constants, and of nothing that a run gives, is a changed constant itself.
        var changed = constants.ToDictionary(name => name, name => name, StringComparer.Ordinal);
        var functions = model.Functions.Select(function => (function.Domain, function.Name)).ToHashSet();
        var (layers, strange) = (new List<LinearLayer>(), new List<(string, string)>());
        for (var i = 0; i < reads.Length; i++)
        {
            var (node, used) = (graph.Node[i], reads[i].Where(changed.ContainsKey).ToArray());
            if (used.Length == 0) continue;
            if (!node.Output.Any(data.Contains))
            {
                foreach (var output in node.Output.Where(name => name.Length > 0)) changed[output] = changed[used[0]];
                continue;
            }

            var form = functions.Contains((node.Domain, node.OpType)) || OperatorTable.IsCustom(node)
                ? LinearForm.None : OperatorTable.Find(node)?.Linear ?? LinearForm.None;
            var places = Enumerable.Range(0, node.Input.Count).Where(place => changed.ContainsKey(node.Input[place]));
            if (form is LinearForm.Convolution or LinearForm.TransposedConvolution or LinearForm.MatrixProduct
                && data.Contains(node.Input[0]) && !data.Contains(node.Input[1]) && places.All(place => place > 0))
                layers.Add(new LinearLayer(node, form));
            else strange.Add((changed[used[0]], node.OpType));
        }

        strange.AddRange(graph.Output.Where(output => changed.ContainsKey(output.Name))
            .Select(output => (changed[output.Name], "output")));
        others = strange;
        return layers;
    }

    /// <summary>Names of the constants of some layers, each once.</summary>
    /// <param name="layers">The layers.</param>
    public static string[] ConstantsOf(IReadOnlyList<LinearLayer> layers) =>
    [
        .. layers.Select(layer => layer.Weights).Concat(layers.Select(layer => layer.Added)).OfType<string>()
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A whole number among its attributes; 0 if it is not there.</summary>
    internal long Int(string name) => Node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? 0;
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients;

/// <summary>
/// Says which values of a model a gradient reaches, from its structure alone: nothing is run, no weights are read. Of
/// an If both branches are followed. What depends on shapes, such as a form of an op that its rule lacks, is not seen.
/// </summary>
public sealed class GradientReach
{
    private const string Nothing = "no output depends on it through ops that have a derivative";

    // They are written out where they are called, once for each call.
    private const string InFunction = "it lies in a function, and only weights of the main graph are searched";

    // Why a gradient does not get to a value that outputs depend on; null where it does.
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    // Weights of functions, of bodies that stay bodies, and of attributes that stay attributes.
    private readonly List<(string Prefix, string Why)> _bodies = [];

    // Of a model that can't be brought into a form that gradients know.
    private readonly string? _refusal;

    private GradientReach(string? refusal) => _refusal = refusal;

    /// <summary>Looks at a model.</summary>
    /// <param name="structure">The model, with or without the values of large tensors. Not changed.</param>
    public static GradientReach Of(ModelProto structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        var model = structure.Clone();
        try
        {
            WorkingForm.Apply(model);
        }
        catch (GradientException e)
        {
            return new GradientReach(e.Message.TrimEnd('.'));
        }

        var reach = new GradientReach(refusal: null);
        foreach (var function in structure.Functions)
            reach._bodies.Add((NodeNames.PrefixOf(function), InFunction));
        foreach (var output in model.Graph.Output) reach._values[output.Name] = null;
        var opset = model.OpsetImport.First(import => import.Domain is "" or "ai.onnx").Version;
        var nodes = BranchInliner.Both(model.Graph);
        var sets = new GraphBuilder(new GraphProto(), opset, "") { Imports = model.OpsetImport };
        foreach (var node in nodes.Reverse()) reach.Visit(node, sets);
        foreach (var (name, why) in ClassicalModels.Kept(nodes, model.Graph, opset))
            reach._bodies.Add(($"{name}/", why));
        return reach;
    }

    /// <summary>Why no gradient reaches a weight tensor; null if one does.</summary>
    /// <param name="path">Its tensor path.</param>
    public string? BlockingNode(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_refusal is not null) return _refusal;
        if (_values.TryGetValue(path, out var why)) return why;
        var body = _bodies.Find(body => path.StartsWith(body.Prefix, StringComparison.Ordinal));
        return body.Why ?? Nothing;
    }

    private void Visit(NodeProto node, GraphBuilder sets)
    {
        var outputs = node.Output.Where(_values.ContainsKey).ToArray();
        if (outputs.Length == 0) return;
        var why = outputs.Any(output => _values[output] is null)
            ? RuleTable.BlockingNode(node, sets)
            : _values[outputs[0]];
        if (NodeInputs.Bodies(node).Any()) _bodies.Add(($"{node.Name}/", why ?? Nothing));
        foreach (var input in NodeInputs.Of(node))
            if (why is null || !_values.ContainsKey(input)) _values[input] = why;
    }
}

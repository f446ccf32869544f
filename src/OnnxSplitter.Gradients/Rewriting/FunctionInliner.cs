using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>Writes the bodies of model-local functions (ONNX IR, "Functions") where they are called.</summary>
internal sealed class FunctionInliner
{
    // Functions may call functions, but not themselves: no export comes near this.
    private const int DeepestCall = 32;

    // A few calls of calls of calls could write more nodes than there is memory for.
    private const int MostNodes = 1_000_000;

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly ModelProto _model;
    private int _nodes;

    private FunctionInliner(ModelProto model)
    {
        _model = model;
        foreach (var function in model.Functions)
            _functions[(function.Domain, function.Name, function.Overload)] = function;
    }

    /// <summary>Changes a model in place; it has no functions afterwards.</summary>
    /// <exception cref="GradientException">
    /// A function calls itself, or the calls make more nodes than is sensible.
    /// </exception>
    public static void Apply(ModelProto model)
    {
        if (model.Functions.Count == 0) return;
        var inliner = new FunctionInliner(model);
        inliner.Apply(model.Graph, depth: 0);
        foreach (var import in model.Functions.SelectMany(function => function.OpsetImport))
            if (!model.OpsetImport.Any(known => known.Domain == import.Domain)) model.OpsetImport.Add(import);
        model.Functions.Clear();
    }

    private void Apply(GraphProto graph, int depth)
    {
        var nodes = graph.Node.SelectMany((node, i) => Inlined(node, i, depth)).ToArray();
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private NodeProto[] Inlined(NodeProto node, int position, int depth)
    {
        if (depth > DeepestCall || ++_nodes > MostNodes)
        {
            throw new GradientException(
                $"The functions of the model can't be written out at node '{node.Name}' (op {node.OpType}).",
                "Check that no function of the model calls itself.");
        }

        foreach (var body in NodeInputs.Bodies(node)) Apply(body, depth + 1);
        if (!_functions.TryGetValue((node.Domain, node.OpType, node.Overload), out var function)) return [node];
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < function.Input.Count; i++)
            names[function.Input[i]] = node.Input.ElementAtOrDefault(i) ?? "";
        for (var i = 0; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0 && i < function.Output.Count)
                names.TryAdd(function.Output[i], node.Output[i]);
        var renaming = new Renaming(names, $"{(node.Name.Length > 0 ? node.Name : $"{node.OpType}_{position}")}/");
        var nodes = function.Node.Select(inner => renaming.Node(Bound(inner, node, function))).ToArray();
        var opset = function.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version
            ?? OpsetUpgrade.Target;
        return OpsetUpgrade.Apply(nodes, opset).SelectMany((inner, i) => Inlined(inner, i, depth + 1)).ToArray();
    }

    /// <summary>Attributes that refer to one of the call, or to the function's own default, get its value.</summary>
    private static NodeProto Bound(NodeProto inner, NodeProto call, FunctionProto function)
    {
        var bound = inner.Clone();
        bound.Attribute.Clear();
        foreach (var attribute in inner.Attribute)
        {
            if (attribute.RefAttrName.Length == 0)
            {
                var copy = attribute.Clone();
                if (copy.G is not null)
                    for (var i = 0; i < copy.G.Node.Count; i++) copy.G.Node[i] = Bound(copy.G.Node[i], call, function);
                bound.Attribute.Add(copy);
                continue;
            }

            var value = call.Find(attribute.RefAttrName)
                ?? function.AttributeProto.FirstOrDefault(known => known.Name == attribute.RefAttrName);
            if (value is null) continue; // An optional attribute that the call leaves out.
            var named = value.Clone();
            named.Name = attribute.Name;
            bound.Attribute.Add(named);
        }

        return bound;
    }
}

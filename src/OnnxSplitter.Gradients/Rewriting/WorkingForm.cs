using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// The form of a model that gradients and searches work on: one opset or a newer one, no model-local functions, all
/// constants of the main graph initializers, classical models written out of standard ops
/// (<see cref="ClassicalModels"/>), and in place of each If its taken branch. It computes what the model does, and
/// every weight tensor in it bears its tensor path.
/// </summary>
public static class WorkingForm
{
    /// <summary>Brings a model into this form, but for its Ifs.</summary>
    /// <param name="model">Changed in place.</param>
    /// <exception cref="GradientException">It can't be brought into it.</exception>
    public static void Apply(ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        NameNodes(model.Graph);
        OpsetUpgrade.Apply(model);
        FunctionInliner.Apply(model);
        ConstantNodes.ToInitializers(model.Graph);
        ClassicalModels.Apply(model);
    }

    /// <summary>Conditions of the main graph's Ifs.</summary>
    public static IReadOnlyList<string> Conditions(GraphProto graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return [.. graph.Node.Where(node => node.OpType == "If").Select(node => node.Input[0])
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Puts taken branches in the place of their Ifs.</summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="conditions">What conditions were on the examples at hand.</param>
    /// <returns>Whether it changed; Ifs of the branches are the graph's own then.</returns>
    public static bool TakeBranches(GraphProto graph, IReadOnlyDictionary<string, bool> conditions)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(conditions);
        var changed = BranchInliner.Apply(graph, name => conditions.TryGetValue(name, out var taken) ? taken : null);
        if (changed) ConstantNodes.ToInitializers(graph);
        return changed;
    }

    /// <summary>Tensor paths name a node by its position where it has no name; positions are about to change.</summary>
    private static void NameNodes(GraphProto graph)
    {
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (NodeNames.AreInPaths(node)) node.Name = NodeNames.At(node, i);
            foreach (var body in NodeInputs.Bodies(node)) NameNodes(body);
        }
    }
}

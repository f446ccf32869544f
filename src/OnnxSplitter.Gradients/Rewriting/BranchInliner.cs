using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// Puts the taken branch of an If in its place. Values of the branch are named by their path,
/// <c>node/attribute/name</c>, as weight tensors of bodies are.
/// </summary>
internal static class BranchInliner
{
    /// <summary>Changes a graph in place.</summary>
    /// <param name="graph">The graph; its nodes have names.</param>
    /// <param name="taken">For the condition of an If: which branch is taken; null where that is not known.</param>
    /// <returns>
    /// Whether there was such an If. Those of its branch are in the graph now, and may be asked about next.
    /// </returns>
    public static bool Apply(GraphProto graph, Func<string, bool?> taken)
    {
        var nodes = new List<NodeProto>();
        var changed = false;
        foreach (var node in graph.Node)
        {
            if (node.OpType != "If" || node.Domain is not ("" or "ai.onnx")
                || taken(node.Input[0]) is not { } condition)
            {
                nodes.Add(node);
                continue;
            }

            changed = true;
            var attribute = condition ? "then_branch" : "else_branch";
            Inline(graph, nodes, node, attribute);
        }

        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        return changed;
    }

    /// <summary>
    /// The nodes of a graph with the nodes of all branches in the place of each If, which both make its outputs: not a
    /// graph that can be run, but one that shows all ways through it.
    /// </summary>
    public static IReadOnlyList<NodeProto> Both(GraphProto graph)
    {
        var nodes = new List<NodeProto>(graph.Node);
        while (nodes.Any(IsIf))
        {
            var flat = new List<NodeProto>();
            foreach (var node in nodes)
            {
                if (!IsIf(node)) flat.Add(node);
                else
                    foreach (var branch in (string[])["then_branch", "else_branch"])
                        Inline(new GraphProto(), flat, node, branch);
            }

            nodes = flat;
        }

        return nodes;

        static bool IsIf(NodeProto node) => node.OpType == "If" && node.Domain is ("" or "ai.onnx");
    }

    private static void Inline(GraphProto graph, List<NodeProto> nodes, NodeProto node, string attribute)
    {
        var branch = node.Find(attribute)?.G
            ?? throw new GradientException(
                $"Node '{node.Name}' (op If) has no {attribute}.", "Export the model again.");
        var renaming = new Renaming(new(StringComparer.Ordinal), $"{node.Name}/{attribute}/");
        foreach (var tensor in branch.Initializer)
        {
            var own = tensor.Clone();
            own.Name = renaming.Own(tensor.Name);
            graph.Initializer.Add(own);
        }

        foreach (var sparse in branch.SparseInitializer)
        {
            var own = sparse.Clone();
            own.Values.Name = renaming.Own(sparse.Values.Name);
            graph.SparseInitializer.Add(own);
        }

        foreach (var inner in branch.Node) nodes.Add(renaming.Node(inner));
        for (var i = 0; i < node.Output.Count && i < branch.Output.Count; i++)
        {
            nodes.Add(new NodeProto
            {
                OpType = "Identity",
                Input = { renaming.Outer(branch.Output[i].Name) },
                Output = { node.Output[i] },
            });
        }
    }
}

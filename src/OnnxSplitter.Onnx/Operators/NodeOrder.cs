using Google.Protobuf.Collections;
using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// An order in which nodes can be run. ONNX asks files for one, but not all have it, and ONNX Runtime does not mind.
/// </summary>
internal static class NodeOrder
{
    /// <summary>Positions of nodes, each after those that it reads from; the file's order where that is one.</summary>
    /// <param name="nodes">Nodes of a graph or a function. Of a circle, some nodes come too early.</param>
    public static int[] Of(RepeatedField<NodeProto> nodes)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
            foreach (var output in nodes[i].Output) producers.TryAdd(output, i);
        var order = new List<int>(nodes.Count);
        var seen = new bool[nodes.Count];

        // Not by recursion: chains are as long as the file makes them.
        var open = new Stack<(int Node, IEnumerator<string> Reads)>();
        for (var i = 0; i < nodes.Count; i++)
        {
            Visit(i);
            while (open.TryPeek(out var top))
            {
                if (!top.Reads.MoveNext()) order.Add(open.Pop().Node);
                else if (producers.TryGetValue(top.Reads.Current, out var producer)) Visit(producer);
            }
        }

        return [.. order];

        void Visit(int node)
        {
            if (seen[node]) return;
            seen[node] = true;
            open.Push((node, NodeInputs.Of(nodes[node]).GetEnumerator()));
        }
    }

    /// <summary>Brings all nodes of a model into such an order, those of bodies and functions too.</summary>
    /// <param name="model">Changed in place. Nodes that tensor paths name by their position get that name.</param>
    public static void Sort(ModelProto model)
    {
        Sort(model.Graph);
        foreach (var function in model.Functions) Sort(function.Node);
    }

    private static void Sort(GraphProto graph) => Sort(graph.Node);

    private static void Sort(RepeatedField<NodeProto> nodes)
    {
        foreach (var node in nodes)
            foreach (var body in NodeInputs.Bodies(node)) Sort(body);
        for (var i = 0; i < nodes.Count; i++)
            if (NodeNames.AreInPaths(nodes[i])) nodes[i].Name = NodeNames.At(nodes[i], i);
        var order = Of(nodes);
        if (order.AsSpan().SequenceEqual([.. Enumerable.Range(0, order.Length)])) return;
        NodeProto[] sorted = [.. order.Select(i => nodes[i])];
        nodes.Clear();
        nodes.AddRange(sorted);
    }
}

using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Cuts a graph at nodes: what comes between two cuts, as a graph of its own, and the values that cross them. What does
/// not depend on the model's inputs (constants and what is made of them) crosses nothing: it is kept on both sides.
/// </summary>
internal sealed class GraphSlice
{
    private readonly GraphProto _graph;
    private readonly string[][] _inputs;
    private readonly HashSet<string> _activations;

    public GraphSlice(GraphProto graph, IEnumerable<string> modelInputs)
    {
        _graph = graph;
        _inputs = [.. graph.Node.Select(node => NodeInputs.Of(node).ToArray())];
        _activations = modelInputs.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < _inputs.Length; i++)
            if (IsActivation(i)) _activations.UnionWith(graph.Node[i].Output);
    }

    /// <summary>Whether a node's result depends on the model's inputs.</summary>
    public bool IsActivation(int node) => _inputs[node].Any(_activations.Contains);

    /// <summary>Nodes on data that use a constant, directly or after constant ops on it; in order.</summary>
    public IReadOnlyList<int> Consumers(string constant, out bool direct)
    {
        var made = new HashSet<string>(StringComparer.Ordinal) { constant };
        var consumers = new List<int>();
        direct = true;
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (!_inputs[i].Any(made.Contains)) continue;
            if (IsActivation(i)) consumers.Add(i);
            else
            {
                direct = false;
                made.UnionWith(_graph.Node[i].Output);
            }
        }

        return consumers;
    }

    /// <summary>What some of the nodes make, as a graph of its own, with the constants that it takes.</summary>
    /// <param name="first">Index of the first node that belongs to the part.</param>
    /// <param name="end">Index of the first node behind it.</param>
    /// <param name="outputs">Values to compute: those that nodes of the part make.</param>
    /// <param name="fed">A constant that is to be an input of the part instead; null for none.</param>
    /// <param name="crossing">Values on data that the part takes as inputs.</param>
    public GraphProto Part(
        int first, int end, IReadOnlyList<string> outputs, string? fed, out IReadOnlyList<string> crossing)
    {
        var needed = outputs.ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        for (var i = end - 1; i >= 0; i--)
        {
            var node = _graph.Node[i];
            if (!node.Output.Any(needed.Contains) || (i < first && IsActivation(i))) continue;
            if (node.Output.Any(name => name == fed)) continue;
            kept.Add(node);
            foreach (var name in node.Output) needed.Remove(name);
            needed.UnionWith(_inputs[i]);
        }

        kept.Reverse();
        crossing = [.. needed.Where(_activations.Contains).Order(StringComparer.Ordinal)];
        var part = new GraphProto { Name = "part", Node = { kept } };
        part.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        part.Initializer.AddRange(_graph.Initializer.Where(t => needed.Contains(t.Name) && t.Name != fed));
        part.SparseInitializer.AddRange(_graph.SparseInitializer.Where(t => needed.Contains(t.Values.Name)));
        return part;
    }
}

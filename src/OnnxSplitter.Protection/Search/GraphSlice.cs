using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Cuts a graph in two at a node: what comes after it, as a graph of its own, and the values that cross the cut. What
/// does not depend on the model's inputs (constants and what is made of them) crosses nothing: it is kept on both
/// sides.
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

    /// <summary>The part of the graph from <paramref name="first"/> on that <paramref name="output"/> needs.</summary>
    /// <param name="first">Index of the first node that belongs to the part.</param>
    /// <param name="output">The model output to compute.</param>
    /// <param name="fed">A constant that is to be an input of the part instead; null for none.</param>
    /// <param name="crossing">Values on data that the part takes as inputs.</param>
    public GraphProto Suffix(int first, string output, string? fed, out List<string> crossing)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        var kept = new List<NodeProto>();
        for (var i = _inputs.Length - 1; i >= 0; i--)
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
        var part =
            new GraphProto { Name = "suffix", Node = { kept }, Output = { new ValueInfoProto { Name = output } } };
        part.Initializer.AddRange(_graph.Initializer.Where(t => needed.Contains(t.Name) && t.Name != fed));
        part.SparseInitializer.AddRange(_graph.SparseInitializer.Where(t => needed.Contains(t.Values.Name)));
        return part;
    }
}

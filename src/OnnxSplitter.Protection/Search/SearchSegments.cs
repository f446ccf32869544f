using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Protection.Search;

/// <summary>A graph as segments that are run one after the other, for one of its outputs.</summary>
internal sealed class SearchSegments
{
    private readonly Dictionary<string, int> _makers = new(StringComparer.Ordinal);
    private readonly HashSet<int> _wanted = [];

    /// <summary>Cuts it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="slice">Cuts it.</param>
    /// <param name="output">The output.</param>
    /// <param name="values">Type and shape of its values; one that is not among them crosses no cut.</param>
    public SearchSegments(
        GraphProto graph, GraphSlice slice, string output, IReadOnlyDictionary<string, ValueInfo> values)
    {
        var wanted = slice.Part(0, graph.Node.Count, [output], null, out _).Node
            .ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            if (wanted.Contains(graph.Node[i])) _wanted.Add(i);
            foreach (var name in graph.Node[i].Output) _makers[name] = i;
        }

        var cuts = SegmentCuts.Of(graph, slice, _wanted, values);
        var segments = new Stack<SearchSegment>();
        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        var end = cuts[^1];
        foreach (var first in cuts.SkipLast(1).Reverse())
        {
            string[] crossing = [.. needed.Order(StringComparer.Ordinal)];
            string[] gives = [.. crossing.Where(name => _makers.TryGetValue(name, out var at) && at >= first)];

            // What later segments need nothing of goes with what comes before it.
            if (gives.Length == 0) continue;
            segments.Push(new SearchSegment(first, end, gives, crossing));
            _ = slice.Part(first, end, gives, null, out var takes);
            needed.ExceptWith(gives);
            needed.UnionWith(takes);
            end = first;
        }

        All = [.. segments];
    }

    /// <summary>The segments, in order; at least one.</summary>
    public IReadOnlyList<SearchSegment> All { get; }

    /// <summary>Whether the output needs what a node makes.</summary>
    public bool Holds(int node) => _wanted.Contains(node);

    /// <summary>Index of the segment that a node is in, one that the output needs.</summary>
    public int Of(int node) => Enumerable.Range(0, All.Count).First(i => node < All[i].End);

    /// <summary>Index of the segment that makes a value; null for what is no node's.</summary>
    public int? Of(string value) => _makers.TryGetValue(value, out var node) ? Of(node) : null;

    /// <summary>Values that later segments take, and nodes from one on make.</summary>
    /// <param name="node">Index of the node.</param>
    /// <param name="segment">Index of the segment behind which they are taken.</param>
    public string[] MadeFrom(int node, int segment) =>
        [.. All[segment].Crossing.Where(name => _makers.TryGetValue(name, out var at) && at >= node)];
}

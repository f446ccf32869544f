using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// A model's main graph in segments that run one after the other: each ends with a value at which it is cut, the last
/// one with what else there is.
/// </summary>
public sealed class GraphSegments
{
    private readonly string[][] _reads;
    private readonly HashSet<string> _data;
    private readonly Dictionary<string, int> _makers = new(StringComparer.Ordinal);
    private readonly int[] _segments;

    /// <summary>Cuts a graph.</summary>
    /// <param name="graph">The main graph; its nodes in an order in which they can run.</param>
    /// <param name="cuts">Values that its nodes make of what a run gives, in the order in which they are made.</param>
    /// <param name="kept">Values besides that have to come out of the segments that make them.</param>
    /// <exception cref="ArgumentException">A cut is none of these values, or comes too late.</exception>
    public GraphSegments(GraphProto graph, IReadOnlyList<string> cuts, IEnumerable<string> kept)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(cuts);
        _reads = [.. graph.Node.Select(node => NodeInputs.Of(node).ToArray())];
        var inputs = GraphReach.Inputs(graph);
        _data = GraphReach.Of(graph, _reads, inputs);
        for (var i = 0; i < graph.Node.Count; i++)
            foreach (var output in graph.Node[i].Output.Where(_data.Contains)) _makers[output] = i;
        _segments = new int[graph.Node.Count];
        Array.Fill(_segments, cuts.Count);
        for (var i = 0; i < cuts.Count; i++)
            if (!Assign(cuts[i], i, cuts.Count))
                throw new ArgumentException(
                    $"'{cuts[i]}' is made of no input, or before an earlier cut.", nameof(cuts));

        string[] outputs = [.. graph.Output.Select(output => output.Name)];
        var later = kept.Concat(cuts).Concat(outputs).ToHashSet(StringComparer.Ordinal);
        var (takes, gives) = (new List<string>[cuts.Count + 1], new List<string>[cuts.Count + 1]);
        for (var i = 0; i <= cuts.Count; i++)
        {
            var nodes = Enumerable.Range(0, _segments.Length).Where(node => _segments[node] == i
                && graph.Node[node].Output.Any(_data.Contains)).ToArray();
            takes[i] =
            [
                .. nodes.SelectMany(node => _reads[node]).Where(name => _data.Contains(name) && SegmentOf(name) != i)
                    .Distinct(StringComparer.Ordinal),
            ];
            later.UnionWith(takes[i]);
            gives[i] = [.. nodes.SelectMany(node => graph.Node[node].Output).Where(_data.Contains)];
        }

        // What is made of constants alone is made anew wherever it is used.
        gives[^1].AddRange(outputs.Where(name => !_data.Contains(name)));
        All = [.. takes.Zip(gives, (taken, given) => (
            (IReadOnlyList<string>)taken,
            (IReadOnlyList<string>)[.. given.Where(later.Contains).Distinct(StringComparer.Ordinal)]))];
    }

    /// <summary>
    /// Of each segment, what it takes of the model's inputs and of what earlier ones give, and what it gives; one that
    /// gives nothing need not run.
    /// </summary>
    public IReadOnlyList<(IReadOnlyList<string> Takes, IReadOnlyList<string> Gives)> All { get; }

    /// <summary>Gives what a cut is made of, as far as it is nobody's, to its segment.</summary>
    private bool Assign(string cut, int segment, int last)
    {
        if (!_makers.TryGetValue(cut, out var maker) || _segments[maker] != last) return false;
        var open = new Stack<int>([maker]);
        while (open.TryPop(out var node))
        {
            if (_segments[node] != last) continue;
            _segments[node] = segment;
            foreach (var name in _reads[node])
                if (_makers.TryGetValue(name, out var before)) open.Push(before);
        }

        return true;
    }

    private int SegmentOf(string name) => _makers.TryGetValue(name, out var maker) ? _segments[maker] : -1;
}

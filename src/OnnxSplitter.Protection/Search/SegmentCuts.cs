using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Search;

/// <summary>Chooses where a graph is cut into segments.</summary>
internal static class SegmentCuts
{
    // More would be more sessions; fewer would each hold more of what is opened anew when a weight changes.
    private const int MostSegments = 8;

    /// <summary>
    /// Cuts into segments that hold about as much each, of weights and of values on the way, and that nearby where
    /// least crosses.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="slice">Cuts it.</param>
    /// <param name="wanted">Indices of the nodes that count: those that make the output.</param>
    /// <param name="values">Type and shape of its values; one that is not among them crosses no cut.</param>
    /// <returns>Indices of nodes before which it is cut, ascending, from the first node to behind the last.</returns>
    public static IReadOnlyList<int> Of(GraphProto graph, GraphSlice slice, IReadOnlySet<int> wanted,
        IReadOnlyDictionary<string, ValueInfo> values)
    {
        var end = wanted.Max() + 1;
        var (held, crossing) = (Held(graph, slice, wanted, end, values), Crossing(graph, slice, wanted, end, values));
        var cuts = new SortedSet<int> { 0, end };
        for (var k = 1; k < MostSegments; k++)
            cuts.Add(Enumerable.Range(1, end - 1)
                .Where(cut => crossing[cut] < long.MaxValue && Distance(cut, k) <= 0.5)
                .OrderBy(cut => crossing[cut]).ThenBy(cut => Distance(cut, k)).FirstOrDefault());
        return [.. cuts];

        double Distance(int cut, int place) => Math.Abs(held[cut] * MostSegments - place);
    }

    /// <summary>
    /// Per place before a node, which share lies before it: of all weights and of all values, to equal parts.
    /// </summary>
    private static double[] Held(GraphProto graph, GraphSlice slice, IReadOnlySet<int> wanted, int end,
        IReadOnlyDictionary<string, ValueInfo> values)
    {
        var counts = graph.Initializer.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.Last().Dims.Aggregate(1L, (product, dim) => product * dim),
            StringComparer.Ordinal);
        var (weights, made) = (new double[end + 1], new double[end + 1]);
        for (var i = 0; i < end; i++)
        {
            var node = graph.Node[i];
            var (inputs, outputs) = wanted.Contains(i) ? (node.Input, node.Output) : ([], []);
            weights[i + 1] = weights[i] + inputs.Sum(name => counts.GetValueOrDefault(name));
            made[i + 1] = made[i] + (slice.IsActivation(i)
                ? outputs.Sum(name => values.TryGetValue(name, out var value) ? value.Count : 0)
                : 0);
        }

        return [.. weights.Zip(made, (a, b) => (Share(a, weights[end]) + Share(b, made[end])) / 2)];

        static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
    }

    /// <summary>Per place before a node, how much is made before it and used behind it.</summary>
    private static long[] Crossing(GraphProto graph, GraphSlice slice, IReadOnlySet<int> wanted, int end,
        IReadOnlyDictionary<string, ValueInfo> values)
    {
        var lastUse = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var i in wanted.Order())
            foreach (var name in NodeInputs.Of(graph.Node[i])) lastUse[name] = i;
        var crossing = new long[end + 1];
        foreach (var i in wanted.Where(slice.IsActivation))
        {
            foreach (var name in graph.Node[i].Output)
            {
                var size = values.TryGetValue(name, out var value) ? value.Count : long.MaxValue;
                for (var cut = i + 1; cut <= lastUse.GetValueOrDefault(name); cut++)
                    crossing[cut] = Math.Max(size, crossing[cut] + Math.Min(size, long.MaxValue - crossing[cut]));
            }
        }

        return crossing;
    }
}

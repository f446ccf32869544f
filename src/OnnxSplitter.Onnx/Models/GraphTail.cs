using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// A model's main graph from the first layer that uses some of its constants on: from the last place before it where a
/// single value crosses over, if there is one. Else it is what depends on these constants.
/// </summary>
/// <remarks>
/// Where several values cross, ONNX Runtime fuses other ops on either side than in the whole, whose sums differ in
/// their last bits.
/// </remarks>
/// <param name="Crossing">Values that it takes from what comes before, or from the model's inputs.</param>
/// <param name="Outputs">The model's outputs that it makes.</param>
public sealed record GraphTail(IReadOnlyList<string> Crossing, IReadOnlyList<string> Outputs)
{
    /// <summary>Finds it.</summary>
    /// <param name="graph">The main graph; its nodes in an order in which they can run.</param>
    /// <param name="constants">Names of initializers of it, or of what its nodes make of nothing.</param>
    public static GraphTail Of(GraphProto graph, IEnumerable<string> constants)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(constants);
        var reads = graph.Node.Select(node => NodeInputs.Of(node).ToArray()).ToArray();
        var inputs = GraphReach.Inputs(graph);
        var data = GraphReach.Of(graph, reads, inputs);
        var tail = GraphReach.Of(graph, reads, constants);
        if (Single(graph, reads, inputs, data, tail) is { } place)
            tail = [.. graph.Node.Skip(place + 1).SelectMany(node => node.Output).Where(data.Contains)];

        // What takes neither is made of constants alone, and made anew on either side.
        var crossing = graph.Node.Zip(reads).Where(pair => pair.First.Output.Any(tail.Contains))
            .SelectMany(pair => pair.Second).Where(name => data.Contains(name) && !tail.Contains(name))
            .Distinct(StringComparer.Ordinal);
        return new GraphTail(
            [.. crossing], [.. graph.Output.Select(output => output.Name).Where(tail.Contains)]);
    }

    /// <summary>
    /// The last node before all of the tail after which a single value that a node made crosses over.
    /// </summary>
    private static int? Single(GraphProto graph, string[][] reads, string[] inputs, HashSet<string> data,
        HashSet<string> tail)
    {
        var made = inputs.ToDictionary(name => name, _ => -1, StringComparer.Ordinal);
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        var first = graph.Node.Count;
        for (var i = 0; i < graph.Node.Count; i++)
        {
            foreach (var name in graph.Node[i].Output.Where(data.Contains)) made[name] = i;
            foreach (var name in reads[i].Where(data.Contains)) used[name] = i;
            if (first > i && graph.Node[i].Output.Any(name => tail.Contains(name) && data.Contains(name))) first = i;
        }

        // How many more values cross after a node than after the one before it.
        var more = new int[graph.Node.Count + 1];
        foreach (var (name, last) in used)
        {
            more[made[name] + 1]++;
            more[last + 1]--;
        }

        int? place = null;
        for (var (i, count) = (0, more[0]); i < first; i++)
        {
            count += more[i + 1];
            if (count == 1 && used.Any(pair => made[pair.Key] >= 0 && made[pair.Key] <= i && pair.Value > i)) place = i;
        }

        return place;
    }
}

using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Worth.Cuts;

/// <summary>
/// Finds where little crosses a network: the depth, counted in nodes that work on data, is parted evenly, and of each
/// part the narrowest place is taken, the last of several.
/// </summary>
internal static class CutFinder
{
    // More that crosses at once is no place to read.
    private const int MostCrossing = 4;

    /// <summary>Finds places.</summary>
    /// <param name="graph">The model's graph; its nodes in an order in which they can be run.</param>
    /// <param name="count">How many are wanted at most.</param>
    public static IReadOnlyList<Cut> In(GraphProto graph, int count)
    {
        var crossing = Crossing(graph);
        var cuts = new List<Cut>();
        for (var part = 0; part < count; part++)
        {
            var (from, to) = (crossing.Count * part / count, crossing.Count * (part + 1) / count);
            var narrowest = crossing.Take(to).Skip(from).Reverse()
                .Where(cut => cut.Values.Count is > 0 and <= MostCrossing)
                .MinBy(cut => cut.Values.Count);
            if (narrowest is not null) cuts.Add(narrowest);
        }

        return cuts;
    }

    /// <summary>What crosses after each node on data, but for the last of them.</summary>
    private static List<Cut> Crossing(GraphProto graph)
    {
        var constants = graph.Initializer.Select(tensor => tensor.Name)
            .Concat(graph.SparseInitializer.Select(tensor => tensor.Values.Name)).ToHashSet(StringComparer.Ordinal);
        var alive = graph.Input.Select(input => input.Name).Where(name => !constants.Contains(name))
            .ToHashSet(StringComparer.Ordinal);
        var lastUse = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
            foreach (var input in NodeInputs.Of(graph.Node[i])) lastUse[input] = i;
        var outputs = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var given = alive.ToHashSet(StringComparer.Ordinal);

        var cuts = new List<Cut>();
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (!NodeInputs.Of(node).Any(alive.Contains)) continue;
            alive.UnionWith(node.Output.Where(name => name.Length > 0 && lastUse.GetValueOrDefault(name, -1) > i));
            alive.RemoveWhere(name => lastUse.GetValueOrDefault(name, -1) <= i);
            string[] made = [.. alive.Where(name => !given.Contains(name) && !outputs.Contains(name))];
            cuts.Add(new Cut(i, made));
        }

        return cuts;
    }
}

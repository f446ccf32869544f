using Onnx;

namespace OnnxSplitter.Onnx.Models;

/// <summary>What values of a main graph others are made of.</summary>
internal static class GraphReach
{
    /// <summary>Names of what each run is given: the inputs that have no value of their own.</summary>
    public static string[] Inputs(GraphProto graph)
    {
        var initializers = graph.Initializer.Select(tensor => tensor.Name)
            .Concat(graph.SparseInitializer.Select(tensor => tensor.Values.Name)).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Input.Select(input => input.Name).Where(name => !initializers.Contains(name))];
    }

    /// <summary>These names, and those of all that is made with them.</summary>
    /// <param name="graph">Its nodes in an order in which they can run.</param>
    /// <param name="reads">What each node reads.</param>
    /// <param name="names">Where to begin.</param>
    public static HashSet<string> Of(GraphProto graph, string[][] reads, IEnumerable<string> names)
    {
        var all = names.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < reads.Length; i++)
            if (reads[i].Any(all.Contains)) all.UnionWith(graph.Node[i].Output.Where(name => name.Length > 0));
        return all;
    }
}

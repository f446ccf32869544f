namespace OnnxSplitter.Benchmarks.House;

/// <summary>What a graph of users and used says about order.</summary>
public static class Circles
{
    /// <summary>Nodes that use each other directly.</summary>
    /// <param name="uses">What each node uses.</param>
    /// <returns>Each pair once, the lesser name first.</returns>
    public static IEnumerable<(string One, string Other)> Pairs(IReadOnlyDictionary<string, HashSet<string>> uses) =>
        from node in uses
        from used in node.Value
        where string.CompareOrdinal(node.Key, used) < 0 && uses.TryGetValue(used, out var back)
            && back.Contains(node.Key)
        orderby node.Key, used
        select (node.Key, used);

    /// <summary>The nodes in storeys: what is used lies before what uses it.</summary>
    /// <param name="uses">What each node uses.</param>
    /// <returns>All nodes; those of one storey, and those of a circle, by name.</returns>
    public static IReadOnlyList<string> Storeys(IReadOnlyDictionary<string, HashSet<string>> uses)
    {
        var left = uses.Keys.ToSortedSet();
        var ordered = new List<string>();
        while (left.Count > 0)
        {
            var ground = left.Where(node => !uses[node].Any(left.Contains)).ToArray();

            // Only circles, and what stands on them, are left.
            if (ground.Length == 0) ground = [.. left];
            ordered.AddRange(ground);
            left.ExceptWith(ground);
        }

        return ordered;
    }

    /// <summary>Nodes that lie on a circle, of two or of more.</summary>
    /// <param name="uses">What each node uses.</param>
    /// <returns>One shortest circle for each such node, named from the node back to itself.</returns>
    public static IEnumerable<IReadOnlyList<string>> All(IReadOnlyDictionary<string, HashSet<string>> uses) =>
        uses.Keys.Order(StringComparer.Ordinal).Select(node => Back(uses, node)).OfType<IReadOnlyList<string>>();

    private static List<string>? Back(IReadOnlyDictionary<string, HashSet<string>> uses, string start)
    {
        var paths = new Queue<List<string>>([[start]]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (paths.TryDequeue(out var path))
        {
            foreach (var next in uses[path[^1]].Order(StringComparer.Ordinal))
            {
                if (next == start) return [.. path, start];
                if (uses.ContainsKey(next) && seen.Add(next)) paths.Enqueue([.. path, next]);
            }
        }

        return null;
    }

    private static SortedSet<string> ToSortedSet(this IEnumerable<string> names) => new(names, StringComparer.Ordinal);
}

using OnnxSplitter.Benchmarks.House;

namespace OnnxSplitter.Tests.Architecture;

public sealed class CirclesTests
{
    [Fact]
    public void A_pair_is_found_once() =>
        Assert.Equal([("a", "b")], Circles.Pairs(Graph("a b", "b a c", "c")));

    [Fact]
    public void A_longer_circle_is_found_from_each_of_its_nodes() =>
        Assert.Equal(["a b c a", "b c a b", "c a b c"], Circles.All(Graph("a b", "b c", "c a d", "d")).Select(Text));

    [Fact]
    public void Without_a_circle_what_is_used_comes_first()
    {
        var graph = Graph("a b c", "b c", "c", "d c");
        Assert.Empty(Circles.All(graph));
        Assert.Empty(Circles.Pairs(graph));
        Assert.Equal("c b d a", Text(Circles.Storeys(graph)));
    }

    private static string Text(IReadOnlyList<string> names) => string.Join(' ', names);

    // Each line: a node, then what it uses.
    private static Dictionary<string, HashSet<string>> Graph(params string[] lines) =>
        lines.Select(line => line.Split(' '))
        .ToDictionary(names => names[0], names => names.Skip(1)
            .ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
}

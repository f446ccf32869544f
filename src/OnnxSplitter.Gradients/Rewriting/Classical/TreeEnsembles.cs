using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// TreeEnsembleClassifier and TreeEnsembleRegressor of ai.onnx.ml 1 and 3: a list of nodes, which names tree, number
/// and kind of each, and a list of weights, which names the leaf and the class of each.
/// </summary>
internal static class TreeEnsembles
{
    private const string Leaf = "LEAF";

    public static string Regressor(ClassicalNode c)
    {
        var (g, targets) = (c.Graph, (int)c.Node.Int("n_targets", 0));
        if (targets < 1) throw c.Unsupported("it has no targets");
        var scores = Scores(c, "target", targets, out var trees);
        var total = Aggregated(g, scores, c.Node.Text("aggregate_function", "SUM"), trees);
        return Finished(c, scores, total, targets, c.Either("base_values", "base_values_as_tensor"),
            c.Node.Text("post_transform", ScoreTransform.None));
    }

    /// <summary>One number for each example and target, of those of all trees.</summary>
    public static string Aggregated(GraphBuilder g, TreeScores scores, string function, int trees) => function switch
    {
        "AVERAGE" => g.Mul(scores.Sum(), g.Scalar(1f / trees)),
        "MIN" => scores.Extreme("ReduceMin"),
        "MAX" => scores.Extreme("ReduceMax"),
        _ => scores.Sum(),
    };

    /// <summary>What a regressor adds and makes of it at the end.</summary>
    public static string Finished(
        ClassicalNode c, TreeScores scores, string total, int targets, string? bases, string transform)
    {
        if (transform == ScoreTransform.Probit) throw c.Unsupported("its post_transform is PROBIT");
        if (bases is not null && c.Count(bases) == targets)
            total = c.Graph.Add(total, c.Graph.AsFloats(c.Weights(bases)));

        // A single target has nothing to be compared with, and is left as it is.
        return targets == 1 ? total : ScoreTransform.Apply(c.Graph, scores.Answered(total), transform);
    }

    public static string Classifier(ClassicalNode c)
    {
        var (g, classes) = (c.Graph, c.Labels("classlabels_int64s", "classlabels_strings"));
        var kind = ScoreTransform.Of(c);
        if (classes < 2) throw c.Unsupported("it has one class");
        var scores = Scores(c, "class", classes, out _);
        var bases = c.Either("base_values", "base_values_as_tensor");
        if (classes == 2) return BinaryTrees.Finished(c, scores, bases, kind);
        if (bases is not null && c.Count(bases) != classes)
            throw c.Unsupported("its base values do not fit its classes");
        var total = scores.Sum();
        if (bases is not null) total = g.Add(total, g.AsFloats(c.Weights(bases)));
        return ScoreTransform.Apply(g, total, kind);
    }

    private static TreeScores Scores(ClassicalNode c, string weights, int classes, out int trees)
    {
        var leaves = Leaves(c, weights).Checked(c, classes);
        var attribute = c.Either($"{weights}_weights", $"{weights}_weights_as_tensor")
            ?? throw c.Unsupported("its leaves have no weights");
        if (c.Count(attribute) != c.Ints($"{weights}_ids").Length)
            throw c.Unsupported("its weights do not fit its leaves");
        trees = leaves.Trees;
        return new TreeScores(c, leaves, classes, Index(c, leaves), attribute);
    }

    /// <summary>The op itself, asked which leaf of each tree an example ends in: [batch, trees], as floats.</summary>
    private static string Index(ClassicalNode c, TreeLeaves leaves)
    {
        var (trees, nodes) = (c.Ints("nodes_treeids"), c.Ints("nodes_nodeids"));
        long[] at = [.. Positions(c)];
        return c.Like("TreeEnsembleRegressor",
            attribute => attribute.Name.StartsWith("nodes_", StringComparison.Ordinal)
                && !attribute.Name.StartsWith("nodes_hitrates", StringComparison.Ordinal),
            ("n_targets", (long)leaves.Trees),
            ("target_treeids", at.Select(i => trees[i]).ToArray()),
            ("target_nodeids", at.Select(i => nodes[i]).ToArray()),
            ("target_ids", leaves.TreeOf.Select(tree => (long)tree).ToArray()),
            ("target_weights", Enumerable.Range(0, leaves.Count).Select(leaf => (float)leaf).ToArray()));
    }

    /// <summary>Where the leaves are among the nodes.</summary>
    private static IEnumerable<long> Positions(ClassicalNode c) =>
        c.Texts("nodes_modes").Index().Where(mode => mode.Item == Leaf).Select(mode => (long)mode.Index);

    private static TreeLeaves Leaves(ClassicalNode c, string weights)
    {
        var (trees, nodes) = (c.Ints("nodes_treeids"), c.Ints("nodes_nodeids"));
        var (ofTree, ofNode, ofClass) =
            (c.Ints($"{weights}_treeids"), c.Ints($"{weights}_nodeids"), c.Ints($"{weights}_ids"));
        if (trees.Length != nodes.Length || trees.Length != c.Texts("nodes_modes").Length
            || ofTree.Length != ofNode.Length || ofTree.Length != ofClass.Length)
            throw c.Unsupported("its lists differ in length");

        // A tree is a run of nodes, and begins with its root.
        var numbers = new Dictionary<long, int>();
        for (var i = 0; i < trees.Length; i++)
            if ((i == 0 || trees[i] != trees[i - 1]) && !numbers.TryAdd(trees[i], numbers.Count))
                throw c.Unsupported("the nodes of a tree lie apart");
        var leaves = new Dictionary<(long, long), int>();
        var treeOf = new List<int>();
        foreach (var i in Positions(c))
        {
            if (!leaves.TryAdd((trees[i], nodes[i]), leaves.Count))
                throw c.Unsupported("two of its leaves have one number");
            treeOf.Add(numbers[trees[i]]);
        }

        // What is said of other nodes than leaves, nothing asks for.
        var answers = new List<(int, int, int)>();
        for (var i = 0; i < ofTree.Length; i++)
            if (leaves.TryGetValue((ofTree[i], ofNode[i]), out var leaf))
                answers.Add((leaf, (int)Math.Clamp(ofClass[i], -1, int.MaxValue), i));
        return new TreeLeaves(numbers.Count, [.. treeOf], answers);
    }
}

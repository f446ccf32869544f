using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// TreeEnsemble of ai.onnx.ml 5: roots, nodes that name the nodes or leaves that come next, and leaves with a target
/// and a weight each.
/// </summary>
internal static class TreesOfRoots
{
    public static string Regressor(ClassicalNode c)
    {
        var (g, targets) = (c.Graph, (int)c.Node.Int("n_targets", 0));
        if (targets < 1) throw c.Unsupported("it has no targets");
        var leaves = Leaves(c).Checked(c, targets);
        var weights = c.Node.Find("leaf_weights")?.T;
        if (weights is null || c.Count("leaf_weights") != leaves.Count)
            throw c.Unsupported("its weights do not fit its leaves");
        var index = c.Like("TreeEnsemble",
            attribute => attribute.Name.StartsWith("nodes_", StringComparison.Ordinal)
                || attribute.Name is "tree_roots" or "membership_values",
            ("n_targets", (long)leaves.Trees), ("aggregate_function", 1L), ("post_transform", 0L),
            ("leaf_targetids", leaves.TreeOf.Select(tree => (long)Math.Max(tree, 0)).ToArray()),
            ("leaf_weights", ClassicalNode.Numbers(leaves.Count, weights.DataType)));
        var scores = new TreeScores(c, leaves, targets, index, "leaf_weights");
        var function = c.Node.Int("aggregate_function", 1) switch
        {
            0 => "AVERAGE",
            2 => "MIN",
            3 => "MAX",
            _ => "SUM",
        };

        // As ONNX Runtime counts them; ONNX has the first two the other way round.
        var transform = c.Node.Int("post_transform", 0) switch
        {
            0 => ScoreTransform.None,
            1 => ScoreTransform.Logistic,
            2 => ScoreTransform.Softmax,
            3 => ScoreTransform.SoftmaxZero,
            _ => ScoreTransform.Probit,
        };
        var total = TreeEnsembles.Aggregated(g, scores, function, leaves.Trees);
        var finished = TreeEnsembles.Finished(c, scores, total, targets, bases: null, transform);
        return g.Op("CastLike", [finished, c.Node.Input[0]]);
    }

    private static TreeLeaves Leaves(ClassicalNode c)
    {
        var (roots, targets) = (c.Ints("tree_roots"), c.Ints("leaf_targetids"));
        var (whenTrue, whenFalse) = (c.Ints("nodes_truenodeids"), c.Ints("nodes_falsenodeids"));
        var (leafTrue, leafFalse) = (c.Ints("nodes_trueleafs"), c.Ints("nodes_falseleafs"));
        if (whenTrue.Length != whenFalse.Length || whenTrue.Length != leafTrue.Length
            || whenTrue.Length != leafFalse.Length)
            throw c.Unsupported("its lists differ in length");
        var treeOf = Enumerable.Repeat(-1, targets.Length).ToArray();
        var seen = new bool[whenTrue.Length];
        var open = new Stack<long>();
        for (var tree = 0; tree < roots.Length; tree++)
        {
            open.Push(roots[tree]);
            while (open.TryPop(out var node))
            {
                // ONNX Runtime takes a root both numbers of which are the same for a leaf.
                if (node < 0 || node >= seen.Length || seen[node]
                    || (node == roots[tree] && whenTrue[node] == whenFalse[node]))
                    throw c.Unsupported("a tree is a leaf alone, or shares nodes with another");
                seen[node] = true;
                Next(leafTrue[node], whenTrue[node], tree);
                Next(leafFalse[node], whenFalse[node], tree);
            }
        }

        return new TreeLeaves(roots.Length, treeOf,
        [
            .. targets.Index().Where(target => treeOf[target.Index] >= 0).Select(target =>
                (target.Index, (int)Math.Clamp(target.Item, -1, int.MaxValue), target.Index)),
        ]);

        void Next(long isLeaf, long next, int tree)
        {
            if (isLeaf == 0) open.Push(next);
            else if (next < 0 || next >= treeOf.Length || treeOf[next] >= 0)
                throw c.Unsupported("a tree is a leaf alone, or shares nodes with another");
            else treeOf[next] = tree;
        }
    }
}

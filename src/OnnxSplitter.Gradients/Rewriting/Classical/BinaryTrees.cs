namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// What ONNX Runtime makes of the scores of a TreeEnsembleClassifier of two classes, whose leaves may answer for one of
/// them alone (its <c>tree_ensemble_aggregator.h</c>, <c>TreeAggregatorClassifier</c>).
/// </summary>
internal static class BinaryTrees
{
    /// <summary>[batch, 2].</summary>
    public static string Finished(ClassicalNode c, TreeScores scores, string? bases, string kind)
    {
        var g = c.Graph;
        var (total, answered) = (scores.Sum(), scores.IsAnswered());
        var (first, second) = (Column(total, 0), Column(total, 1));
        var ofOne = c.Ints("class_ids").Distinct().Count() == 1;
        switch (bases is null ? 0 : c.Count(bases))
        {
            case 0:
                return Where(1, Both(first, second), ofOne ? OfOne(first) : ScoreTransform.OfOne(g, first, kind));
            case 1 when ofOne:
                var moved = g.Add(first, Base(0));
                return Where(1, Both(Where(0, moved, g.Scalar(0)), second), OfOne(moved));
            case 2:
                // The second base value is added to the first class's sum, and the sum of the second is not looked at.
                var swapped = g.Add(first, Base(1));
                return Where(1, Both(Where(0, g.Op("Neg", [swapped]), g.Scalar(0)), swapped),
                    Both(g.Add(first, Base(0)), g.Mul(second, g.Scalar(0))));
            default:
                throw c.Unsupported("its two classes have base values that ONNX Runtime does not use as such");
        }

        string Column(string matrix, long column) => g.Op("Gather", [matrix, g.Ints(column)], ("axis", 1L));

        string Base(long place) => g.Op("Gather", [g.AsFloats(c.Weights(bases!)), g.Ints(place)]);

        string Both(string left, string right) => ScoreTransform.Apply(g, g.Concat([left, right], 1), kind);

        string Where(long @class, string yes, string no) => g.Op("Where", [Column(answered, @class), yes, no]);

        // Scores that can't be below zero are taken for probabilities. That is so as long as no weight is.
        string OfOne(string score)
        {
            var weights = c.Weights(c.Either("class_weights", "class_weights_as_tensor")!);
            var least = g.Reduce("ReduceMin", g.AsFloats(weights), [0]);
            return g.Op("Where",
            [
                g.Op("GreaterOrEqual", [least, g.Scalar(0)]), ScoreTransform.OfProbability(g, score, kind),
                ScoreTransform.OfOne(g, score, kind),
            ]);
        }
    }
}

using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// Linear models, and what brings their inputs to a common scale (ONNX Runtime's kernels of ai.onnx.ml).
/// </summary>
internal static class LinearModels
{
    /// <summary>(x - offset) scale, by the last axis.</summary>
    public static string Scaler(ClassicalNode c)
    {
        var (g, count) = (c.Graph, c.Count("scale"));
        if (count == 0 || c.Count("offset") != count) throw c.Unsupported("its scale and offset differ in length");
        var rows = g.Reshape(c.Features(), -1, count);
        var scaled = g.Mul(g.Sub(rows, c.Weights("offset")), c.Weights("scale"));
        return g.Op("Reshape", [scaled, g.Op("Shape", [c.Node.Input[0]])]);
    }

    /// <summary>One row of coefficients a target.</summary>
    public static string Regressor(ClassicalNode c)
    {
        var (g, targets) = (c.Graph, (int)c.Node.Int("targets", 1));
        var scores = Scores(c, targets, c.Count("intercepts") == targets);

        // A single target has nothing to be compared with, and is left as it is.
        return targets == 1 && c.Node.Text("post_transform", ScoreTransform.None) != ScoreTransform.Probit
            ? scores
            : ScoreTransform.Apply(g, scores, ScoreTransform.Of(c));
    }

    /// <summary>One row of coefficients a class; of two classes there may be one row.</summary>
    public static string Classifier(ClassicalNode c)
    {
        var classes = c.Count("intercepts");
        var scores = Scores(c, classes, intercepts: true);
        var kind = ScoreTransform.Of(c);
        if (classes > 1) return ScoreTransform.Apply(c.Graph, scores, kind);
        return c.Labels("classlabels_ints", "classlabels_strings") == 2
            ? ScoreTransform.OfProbability(c.Graph, scores, kind)
            : scores;
    }

    /// <summary>What a row of coefficients for each target makes of the features: [batch, targets].</summary>
    public static string Scores(ClassicalNode c, int targets, bool intercepts)
    {
        var (g, count) = (c.Graph, c.Count("coefficients"));
        if (targets < 1 || count == 0 || count % targets != 0)
            throw c.Unsupported("its coefficients do not fit its classes");
        var rows = g.Reshape(c.Features(), -1, count / targets);
        var matrix = g.Reshape(c.Weights("coefficients"), targets, count / targets);
        string[] inputs = intercepts ? [rows, matrix, c.Weights("intercepts")] : [rows, matrix];
        return g.Op("Gemm", inputs, ("transB", 1L));
    }
}

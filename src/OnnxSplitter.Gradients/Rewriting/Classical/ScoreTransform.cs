using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>What classical models make of their scores at the end (<c>post_transform</c>).</summary>
internal static class ScoreTransform
{
    public const string None = "NONE";
    public const string Logistic = "LOGISTIC";
    public const string Softmax = "SOFTMAX";
    public const string SoftmaxZero = "SOFTMAX_ZERO";
    public const string Probit = "PROBIT";

    // ONNX Runtime's SOFTMAX_ZERO takes what is no larger than this for zero.
    private const float Zero = 1e-7f;

    /// <summary>Which one a node asks for.</summary>
    /// <exception cref="GradientException">One that is not written out.</exception>
    public static string Of(ClassicalNode c)
    {
        var kind = c.Node.Text("post_transform", None);
        return kind is None or Logistic or Softmax or SoftmaxZero
            ? kind
            : throw c.Unsupported($"its post_transform is {kind}");
    }

    /// <summary>Makes it of scores of two classes or more, [batch, classes].</summary>
    public static string Apply(GraphBuilder g, string scores, string kind) => kind switch
    {
        Logistic => g.Op("Sigmoid", [scores]),
        Softmax => g.Op("Softmax", [scores], ("axis", 1L)),
        SoftmaxZero => WithoutZeros(g, scores),
        _ => scores,
    };

    /// <summary>
    /// Of the one score of two classes: [batch, 2]. Without a transform it lies on either side of zero.
    /// </summary>
    public static string OfOne(GraphBuilder g, string score, string kind) =>
        kind == Logistic ? OfProbability(g, score, kind) : g.Concat([g.Op("Neg", [score]), score], 1);

    /// <summary>The same, but without a transform it is a probability.</summary>
    public static string OfProbability(GraphBuilder g, string score, string kind)
    {
        if (kind == Logistic) score = g.Op("Sigmoid", [score]);
        return g.Concat([g.Sub(g.Scalar(1), score), score], 1);
    }

    private static string WithoutZeros(GraphBuilder g, string scores)
    {
        var highest = g.Reduce("ReduceMax", scores, [1]);
        var counts = g.Op("Greater", [g.Op("Abs", [scores]), g.Scalar(Zero)]);
        var powers = g.Op("Exp", [g.Sub(scores, highest)]);
        var sum = g.ReduceSum(g.Op("Where", [counts, powers, g.Scalar(0)]), [1], keepDims: true);
        var others = g.Mul(scores, g.Op("Exp", [g.Op("Neg", [highest])]));
        return g.Div(g.Op("Where", [counts, powers, others]), sum);
    }
}

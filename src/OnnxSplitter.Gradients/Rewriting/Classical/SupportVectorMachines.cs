using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>Support vector machines (ONNX Runtime's kernels of ai.onnx.ml).</summary>
internal static class SupportVectorMachines
{
    // Of the table of vectors by pairs of classes: 512 MB.
    private const long MostPlaces = 1 << 26;

    public static string Regressor(ClassicalNode c)
    {
        var (g, vectors, count) = (c.Graph, (int)c.Node.Int("n_supports", 0), c.Count("coefficients"));
        if (c.Node.Int("one_class", 0) != 0) throw c.Unsupported("it answers with a sign alone");
        if (count == 0 || c.Count("rho") == 0 || (vectors > 0 && count != vectors))
            throw c.Unsupported("its coefficients do not fit its support vectors");
        var products = vectors > 0 ? Kernel(c, vectors) : g.Reshape(c.Features(), -1, count);
        var scores = g.MatMul(products, g.Reshape(c.Weights("coefficients"), count, 1));
        return g.Add(scores, First(c, "rho"));
    }

    public static string Classifier(ClassicalNode c)
    {
        var (g, classes) = (c.Graph, c.Labels("classlabels_ints", "classlabels_strings"));
        var perClass = c.Ints("vectors_per_class");
        var kind = ScoreTransform.Of(c);
        if (classes < 2) throw c.Unsupported("it has one class");
        if (perClass.Length == 0)
        {
            if (c.Count("rho") == 0) throw c.Unsupported("its coefficients do not fit its classes");
            return ScoreTransform.Apply(
                g, g.Add(LinearModels.Scores(c, classes, intercepts: false), First(c, "rho")), kind);
        }

        if (c.Count("prob_a") > 0) throw c.Unsupported("its probabilities are found by trial, pair by pair");
        var scores = Pairs(c, perClass, classes);
        if (classes > 2) return ScoreTransform.Apply(g, scores, kind);
        return kind == ScoreTransform.None
            ? ScoreTransform.OfOne(g, scores, kind)
            : ScoreTransform.OfProbability(g, scores, kind);
    }

    /// <summary>A score for each pair of classes, of the support vectors of both: [batch, pairs].</summary>
    private static string Pairs(ClassicalNode c, long[] perClass, int classes)
    {
        var (held, pairs) = (c.Count("coefficients"), classes * (classes - 1L) / 2);
        if (perClass.Length != classes || perClass.Any(count => count < 0 || count > held)
            || perClass.Sum() is var vectors && (vectors == 0 || held != (classes - 1) * vectors)
            || c.Count("rho") != pairs)
            throw c.Unsupported("its coefficients do not fit its support vectors");
        if (vectors * pairs > MostPlaces) throw c.Unsupported("it has too many pairs of classes");
        return Pairs(c, perClass, classes, (int)vectors, (int)pairs);
    }

    private static string Pairs(ClassicalNode c, long[] perClass, int classes, int vectors, int pairs)
    {
        var g = c.Graph;

        // Which coefficient counts a vector for a pair; the one behind the last is zero.
        var places = Enumerable.Repeat((long)(classes - 1) * vectors, vectors * pairs).ToArray();
        var starts = new int[classes + 1];
        for (var i = 0; i < classes; i++) starts[i + 1] = starts[i] + (int)perClass[i];
        var pair = 0;
        for (var i = 0; i < classes; i++)
            for (var j = i + 1; j < classes; j++, pair++)
            {
                for (var v = starts[i]; v < starts[i + 1]; v++) places[v * pairs + pair] = (j - 1) * vectors + v;
                for (var v = starts[j]; v < starts[j + 1]; v++) places[v * pairs + pair] = i * vectors + v;
            }

        var padded = g.Concat([c.Weights("coefficients"), g.Zeros(1)], 0);
        var matrix = g.Op("Gather", [padded, g.Indices(places, vectors, pairs)]);
        return g.Add(g.MatMul(Kernel(c, vectors), matrix), c.Weights("rho"));
    }

    /// <summary>How much inputs are like each support vector: [batch, vectors].</summary>
    private static string Kernel(ClassicalNode c, int vectors)
    {
        var (g, support, settings) = (c.Graph, c.Floats("support_vectors"), c.Floats("kernel_params"));
        var features = support.Length / vectors;
        if (features == 0 || support.Length % vectors != 0 || settings.Length is not (0 or >= 3))
            throw c.Unsupported("its support vectors do not fit its features");
        var (gamma, offset, degree) = settings.Length == 0 ? (0f, 0f, 0f) : (settings[0], settings[1], settings[2]);
        var rows = g.Reshape(c.Features(), -1, features);
        var products = g.Op("Gemm", [rows, g.Floats(support, vectors, features)], ("transB", 1L));
        switch (c.Node.Text("kernel_type", "LINEAR"))
        {
            case "LINEAR":
                return products;
            case "RBF":
                var lengths = g.Floats([.. support.Chunk(features).Select(Squares)], vectors);
                var own = g.Reduce("ReduceSumSquare", rows, [1]);
                var distances = g.Sub(g.Add(own, lengths), g.Mul(g.Scalar(2), products));
                return g.Op("Exp", [g.Mul(g.Op("Relu", [distances]), g.Scalar(-gamma))]);
            case "POLY":
                return g.Op("Pow", [g.Add(g.Mul(products, g.Scalar(gamma)), g.Scalar(offset)), g.Scalar(degree)]);
            case "SIGMOID":
                return g.Op("Tanh", [g.Add(g.Mul(products, g.Scalar(gamma)), g.Scalar(offset))]);
            case var kernel:
                throw c.Unsupported($"its kernel is {kernel}");
        }
    }

    private static float Squares(float[] vector) => (float)vector.Sum(value => (double)value * value);

    private static string First(ClassicalNode c, string attribute) =>
        c.Graph.Op("Gather", [c.Weights(attribute), c.Graph.Ints(0)]);
}

using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Ops of ai.onnx.ml that arrange features and scores, without weights of their own.</summary>
internal static class ClassicalDefinitions
{
    /// <summary>Rows of one length, by their largest number, the sum of magnitudes, or the root of squares.</summary>
    public static string[] Normalizer(RuleContext c)
    {
        var (g, axis) = (c.Graph, (long)c.InputDims(0).Length - 1);
        var rows = g.AsFloats(c.Input(0));
        var length = c.Node.Text("norm", "MAX") switch
        {
            "MAX" => g.Reduce("ReduceMax", rows, [axis]),
            "L1" => g.Reduce("ReduceL1", rows, [axis]),
            "L2" => g.Reduce("ReduceL2", rows, [axis]),
            var norm => throw c.Unsupported($"its norm is {norm}"),
        };

        // Rows of zeros stay.
        var zero = g.Op("Equal", [length, g.Scalar(0)]);
        return [g.Div(rows, g.Op("Where", [zero, g.Scalar(1), length]))];
    }

    /// <summary>Features of several inputs, side by side.</summary>
    public static string[] FeatureVectorizer(RuleContext c)
    {
        var widths = c.Node.Ints("inputdimensions") ?? [];
        var parts = new string[c.InputCount];
        for (var i = 0; i < parts.Length; i++)
        {
            var width = c.InputDims(i).Skip(1).Aggregate(1L, (product, dim) => product * dim);
            if (i >= widths.Length || widths[i] != width) throw c.Unsupported($"input {i} is cut off or filled up");
            parts[i] = c.Graph.Reshape(c.Graph.AsFloats(c.Input(i)), -1, width);
        }

        return [c.Graph.Concat(parts, 1)];
    }

    /// <summary>Columns by their numbers.</summary>
    public static string[] ArrayFeatureExtractor(RuleContext c)
    {
        var g = c.Graph;
        var places = g.Reshape(c.Input(1), -1);
        return [g.Reshape(g.Op("Gather", [c.Input(0), places], ("axis", -1L)), c.OutputDims())];
    }
}

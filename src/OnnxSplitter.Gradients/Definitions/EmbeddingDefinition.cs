using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// The first layer of BERT as ONNX Runtime's optimiser writes it (its contrib operator EmbedLayerNormalization).
/// </summary>
internal static class EmbeddingDefinition
{
    /// <summary>
    /// Rows of the word, position and segment tables for tokens [batch, positions], summed and normalized; the number
    /// of tokens that the mask counts; the sum.
    /// </summary>
    public static string?[] Layer(RuleContext c)
    {
        var g = c.Graph;
        var (batch, positions) = (c.InputDims(0)[0], c.InputDims(0)[1]);
        var place = c.HasInput(8) ? c.Input(8) : g.Count(positions, 1, positions);
        var sum = g.Add(Rows(2, c.Input(0)), Rows(3, place));
        if (c.HasInput(4)) sum = g.Add(sum, Rows(4, c.Input(1)));
        var normalized =
            g.Op("LayerNormalization", [sum, c.Input(5), c.Input(6)], ("epsilon", c.Node.Float("epsilon", 1e-12f)));
        return [normalized, c.HasOutput(1) ? Counted() : null, sum];

        string Rows(int table, string index) => g.Op("Gather", [c.Input(table), index], ("axis", 0L));

        string Counted() => c.HasInput(7)
            ? g.ReduceSum(g.Op("Cast", [c.Input(7)], ("to", (long)Type.Int32)), [1], keepDims: false)
            : g.Op("Cast", [g.Zeros(batch)], ("to", (long)Type.Int32));
    }
}

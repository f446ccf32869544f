using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Einsum (ONNX Einsum-12): the gradient of an operand is again one, of the output's gradient and all other operands,
/// to the operand's own letters. Letters of that operand alone, which were summed away, get the gradient repeated.
/// </summary>
internal static class EinsumRule
{
    public static Partial?[] Einsum(RuleContext c)
    {
        var equation = c.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        if (equation.Contains('.', StringComparison.Ordinal)) throw c.Unsupported("an ellipsis is not supported");
        var (left, arrow) = (equation.Split("->")[0], equation.Split("->"));
        var operands = left.Split(',');
        if (operands.Any(letters => letters.Distinct().Count() != letters.Length))
            throw c.Unsupported("a letter occurs twice in one operand");

        // Without an arrow, letters that occur once remain, in alphabetical order.
        var output = arrow.Length > 1
            ? arrow[1]
            : string.Concat(left.Where(char.IsLetter).GroupBy(letter => letter).Where(group => group.Count() == 1)
                .Select(group => group.Key).Order());
        return [.. operands.Select((_, i) => c.Wants(i) ? Operand(c, operands, output, i) : null)];
    }

    private static Partial Operand(RuleContext c, string[] operands, string output, int wanted)
    {
        var g = c.Graph;
        var others = Enumerable.Range(0, operands.Length).Where(i => i != wanted).ToArray();
        var known = output + string.Concat(others.Select(i => operands[i]));
        var (letters, dims) = (operands[wanted], c.InputDims(wanted));
        var equation = string.Join(',', [output, .. others.Select(i => operands[i])])
            + "->" + string.Concat(letters.Where(known.Contains));
        var gradient = g.Op("Einsum", [c.Gradient, .. others.Select(c.Input)], ("equation", equation));
        if (letters.All(known.Contains)) return gradient;
        long[] kept = [.. letters.Select((letter, axis) => known.Contains(letter) ? dims[axis] : 1)];
        return g.Expand(g.Reshape(gradient, kept), dims);
    }
}

using OnnxSplitter.Data;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Random examples for a model that takes batches of floats.</summary>
internal static class Drawn
{
    public static Dataset For(ModelSignature signature, int count, int seed)
    {
        var random = new SeededNormal(seed);
        return new Dataset(
            signature.Inputs.ToDictionary(
                input => input.Name,
                input => new DrawnInput(input.Name, input.Type, [.. input.Dims[1..].Select(dim => Math.Max(1L, dim))],
                    Whole: false, InputKind.Numbers, Range: null)
                    .Draw(random, DrawStyle.Usual, MaskForm.Whole, new double[count]),
                StringComparer.Ordinal),
            Labels: null);
    }
}

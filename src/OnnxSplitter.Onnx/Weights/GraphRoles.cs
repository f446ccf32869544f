namespace OnnxSplitter.Onnx.Weights;

/// <summary>What becomes of a graph's values.</summary>
internal sealed class GraphRoles
{
    /// <summary>Names that some op multiplies by or adds.</summary>
    public Dictionary<string, WeightRole> Weights { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that an op reads of which it is not known what it does with them; why, of each.</summary>
    public Dictionary<string, string> Unknown { get; } = new(StringComparer.Ordinal);
}

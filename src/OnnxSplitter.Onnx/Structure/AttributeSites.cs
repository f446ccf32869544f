namespace OnnxSplitter.Onnx.Structure;

/// <summary>
/// Where the values of an attribute's tensor or list of floats lie, and those of the graph that it holds.
/// </summary>
internal sealed class AttributeSites
{
    public TensorDataSite? Tensor { get; set; }

    public TensorDataSite Floats { get; } = new();

    public GraphSites? Graph { get; set; }
}

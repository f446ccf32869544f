namespace OnnxSplitter.Onnx.Wire;

/// <summary>The payload of an attribute's tensor or list of floats, and those of the graph that it holds.</summary>
internal sealed class AttributeSites
{
    public PayloadSite? Tensor { get; set; }

    public PayloadSite Floats { get; } = new();

    public GraphSites? Graph { get; set; }
}

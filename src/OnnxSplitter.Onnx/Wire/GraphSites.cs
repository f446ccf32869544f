namespace OnnxSplitter.Onnx.Wire;

/// <summary>The payloads of a graph or a function, in the order in which the structure lists its tensors.</summary>
internal sealed class GraphSites
{
    public List<PayloadSite> Initializers { get; } = [];

    /// <summary>Per node, per attribute.</summary>
    public List<List<AttributeSites>> Nodes { get; } = [];
}

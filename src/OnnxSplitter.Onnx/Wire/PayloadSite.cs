namespace OnnxSplitter.Onnx.Wire;

/// <summary>Where the values of one <c>TensorProto</c> lie in the file.</summary>
/// <param name="Offset">File position of the first byte; 0 without payload.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Scattered">The values lie in several pieces, or one by one with a tag before each.</param>
internal readonly record struct PayloadSite(long Offset, long Length, bool Scattered);

/// <summary>The payloads of a graph, in the order in which the structure lists its tensors.</summary>
internal sealed class GraphSites
{
    public List<PayloadSite> Initializers { get; } = [];

    /// <summary>Per node, per attribute.</summary>
    public List<List<AttributeSites>> Nodes { get; } = [];
}

/// <summary>The payload of an attribute's tensor, and those of the graph that it holds.</summary>
internal sealed class AttributeSites
{
    public PayloadSite Tensor { get; set; }

    public GraphSites? Graph { get; set; }
}

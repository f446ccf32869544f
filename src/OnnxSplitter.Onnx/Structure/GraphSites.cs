namespace OnnxSplitter.Onnx.Structure;

/// <summary>
/// Where the values of a graph or a function lie, in the order in which the structure lists its tensors.
/// </summary>
internal sealed class GraphSites
{
    public List<TensorDataSite> Initializers { get; } = [];

    /// <summary>Per node, per attribute.</summary>
    public List<List<AttributeSites>> Nodes { get; } = [];
}

namespace OnnxSplitter.Onnx.Structure;

/// <summary>Where all values of a model lie.</summary>
internal sealed record ModelSites(GraphSites Graph, IReadOnlyList<GraphSites> Functions);

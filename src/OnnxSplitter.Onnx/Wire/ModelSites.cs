namespace OnnxSplitter.Onnx.Wire;

/// <summary>All payloads of a model.</summary>
internal sealed record ModelSites(GraphSites Graph, IReadOnlyList<GraphSites> Functions);

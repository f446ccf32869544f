namespace OnnxSplitter.Cli.Results;

/// <summary>What an identity adds: counts alone.</summary>
internal sealed record InspectContents(
    string Strategy,
    bool Compact,
    string ToolVersion,
    DateTimeOffset Created,
    IReadOnlyList<InspectFile> Files,
    IReadOnlyList<InspectTensor> Tensors,
    InspectKeyed? Keyed);

namespace OnnxSplitter.Cli.Requests;

/// <summary>Where the demo writes.</summary>
/// <param name="Directory">Null for a new temporary folder.</param>
internal sealed record DemoRequest(string? Directory = null);

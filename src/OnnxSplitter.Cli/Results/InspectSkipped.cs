namespace OnnxSplitter.Cli.Results;

/// <summary>A weight tensor that can't be changed, and why.</summary>
internal sealed record InspectSkipped(string Path, long Count, string Reason);

namespace OnnxSplitter.Cli.Results;

/// <summary>One file of the model.</summary>
internal sealed record InspectFile(
    string Name, long Length, string Sha256Obfuscated, string Sha256Restored, string Sha256Original);

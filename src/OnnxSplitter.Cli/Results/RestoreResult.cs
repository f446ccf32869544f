namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>restore --json</c> prints.</summary>
/// <param name="Output">Path of the restored model.</param>
/// <param name="Compact">Whether it is only close to the original: the secrets were compact.</param>
/// <param name="Sha256">Its digest, in hexadecimal.</param>
/// <param name="Bytes">Length of all its files.</param>
/// <param name="Seconds">The whole job.</param>
internal sealed record RestoreResult(string Output, bool Compact, string Sha256, long Bytes, double Seconds);

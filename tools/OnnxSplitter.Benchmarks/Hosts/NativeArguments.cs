namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>What the native library is given.</summary>
/// <param name="Model">A path, or bytes.</param>
/// <param name="Secrets">A path, or bytes.</param>
/// <param name="Identity">A path, or bytes.</param>
/// <param name="Trust">A path, or bytes.</param>
internal sealed record NativeArguments(object? Model, object? Secrets, object? Identity, object? Trust)
{
    public string? SignerName { get; init; }

    public string? Passphrase { get; init; }

    public string? Audience { get; init; }

    public string? DataFolder { get; init; }

    public int Digests { get; init; }
}

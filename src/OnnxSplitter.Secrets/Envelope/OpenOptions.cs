namespace OnnxSplitter.Secrets.Envelope;

/// <summary>What the one who opens secrets says of itself, for <see cref="SecretsTerms"/>.</summary>
public sealed record OpenOptions
{
    /// <summary>The audience that it is, or null.</summary>
    public string? Audience { get; init; }

    /// <summary>
    /// Whether to open whatever the terms say: they bind hosts, not the signer's own tools, which trace leaks.
    /// </summary>
    public bool IgnoreTerms { get; init; }

    /// <summary>The clock that the terms' times are compared with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

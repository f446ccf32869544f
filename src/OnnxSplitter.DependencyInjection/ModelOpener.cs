using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Pkcs11;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Opens the model that options name, each time from what its files are then.</summary>
/// <param name="options">Where everything is.</param>
/// <param name="session">Makes session options, or null.</param>
internal sealed class ModelOpener(ProtectedModelServiceOptions options, Func<SessionOptions>? session)
{
    private readonly FileStamps _stamps = new([options.Model, options.Trust, options.Identity], options.Secrets);

    /// <summary>The obfuscated model's path.</summary>
    public string Path => options.Model;

    /// <summary>How often to look for changes; null for never.</summary>
    public TimeSpan? Interval => options.ReloadInterval > TimeSpan.Zero ? options.ReloadInterval : null;

    /// <summary>What the files are like; another value says that something was replaced.</summary>
    public string Stamp() => _stamps.Now();

    /// <summary>Opens it.</summary>
    /// <returns>The session, which the caller disposes, and the SHA-256 of the secrets file that it is from.</returns>
    /// <exception cref="Onnx.OnnxSplitterException">As <see cref="ProtectedModel"/> says.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime can't load the original model either.</exception>
    public (ProtectedSession Session, string SecretsSha256) Open()
    {
        using var trust = KeyFiles.LoadCertificate(options.Trust);
        using var identity = IdentitySource.Load(options.Identity, Passphrase, options.Pkcs11Module);
        using var own = session?.Invoke();
        var secrets = SecretsEnvelope.ReadFile(options.Secrets);
        var opened = ProtectedModel.Open(
            options.Model,
            secrets,
            TrustedSigner.Of(trust, options.SignerName),
            [identity],
            new ProtectedModelOptions
            {
                Session = own,
                Terms = new OpenOptions { Audience = options.Audience },
                Digests = options.Digests,
                Allowed = options.Allowed,
            });
        return (opened, Convert.ToHexStringLower(SHA256.HashData(secrets)));
    }

    private char[]? Passphrase(string name) => options.PassphraseFile is { } path
        ? KeyFiles.PassphraseText(KeyFiles.ReadPassphrase(path))
        : null;
}

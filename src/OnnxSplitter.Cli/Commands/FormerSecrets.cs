using System.Security.Cryptography;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Secrets that a rotation replaces, and what opens them.</summary>
/// <param name="Path">The file.</param>
/// <param name="Identities">Where the keys lie that may open them, tried in order.</param>
/// <param name="Trust">The certificate that vouches for them; null for that of the new secrets' signer.</param>
internal sealed record FormerSecrets(string Path, IReadOnlyList<string> Identities, string? Trust)
{
    /// <summary>Runs a job on what the model is restored to, in memory; the weights that are changed now are avoided.</summary>
    public T WithOriginal<T>(KeyReader keys, ProtectionOptions options, Func<ProtectionOptions, T> run)
    {
        using var secrets = Open(keys, options.Signer);
        if (secrets.Files.Count > 1)
            throw new ModelFormatException($"{options.Model} has data files; a rotation restores models of one file only.",
                "Restore it to a folder and protect that.");
        if (secrets.IsCompact)
            throw new UsageException($"{Path} holds compact secrets, which do not give the original back.",
                "Protect the original anew.");
        var original = ModelRestorer.RestoreInMemory(options.Model, secrets);
        try
        {
            return run(options with
            {
                Original = original,
                Avoided = [.. secrets.Tensors.SelectMany(tensor => tensor.Indices.Select(index => (tensor.Path, index)))],
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(original);
        }
    }

    private ModelSecrets Open(KeyReader keys, Identity signer)
    {
        // Terms bind hosts, not the vendor's own tools.
        var terms = new OpenOptions { IgnoreTerms = true };
        using var identities = keys.Identities(Identities);
        var file = keys.Secrets(Path);
        if (Trust is null) return SecretsEnvelope.Open(file, signer.Certificate, identities, terms);
        using var trusted = keys.Certificate(Trust);
        return SecretsEnvelope.Open(file, trusted, identities, terms);
    }
}

using System.Security.Cryptography;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Restores, in memory, the original of a model that is protected anew.</summary>
internal static class FormerOriginal
{
    /// <summary>
    /// Runs a job on what the model is restored to, in memory; the weights that are changed now are avoided.
    /// </summary>
    public static T With<T>(
        FormerSecrets former, KeyReader keys, ProtectionOptions options, Func<ProtectionOptions, T> run)
    {
        InputOutput.Recover(options.Model);
        var file = keys.Secrets(former.Path);
        using var secrets = Open(file, former, keys, options.Signer);
        if (secrets.Files.Count > 1)
            throw new ModelFormatException(
                $"{options.Model} has data files; a rotation restores models of one file only.",
                "Restore it to a folder and protect that.");
        if (secrets.IsCompact)
            throw new UsageException($"{former.Path} holds compact secrets, which do not give the original back.",
                "Protect the original anew.");
        if (secrets.Keyed is not null && options.Search.Strategy != StrategyKind.Keyed)
            throw new UsageException(
                $"{former.Path} holds a key that changed most weights; a rotation that changes few would show them.",
                "Give --strategy keyed, or restore the model and protect that.");
        var original = ModelRestorer.RestoreInMemory(options.Model, secrets);
        try
        {
            return run(options with
            {
                Original = original,
                Sealing = options.Sealing with
                {
                    Terms = Kept(options.Sealing.Terms, SecretsEnvelope.Inspect(file).Terms),
                },
                Avoided =
                    [.. secrets.Tensors.SelectMany(tensor => tensor.Indices.Select(index => (tensor.Path, index)))],
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(original);
        }
    }

    /// <summary>A limit that nobody mentions is not lifted.</summary>
    private static SecretsTerms? Kept(SecretsTerms? given, SecretsTerms? former) =>
        given is null || former is null
            ? given ?? former
            : new SecretsTerms
            {
                Audience = given.Audience ?? former.Audience,
                NotBefore = given.NotBefore ?? former.NotBefore,
                NotAfter = given.NotAfter ?? former.NotAfter,
            };

    private static ModelSecrets Open(byte[] file, FormerSecrets former, KeyReader keys, Identity signer)
    {
        // Terms bind hosts, not the vendor's own tools.
        var terms = new OpenOptions { IgnoreTerms = true };
        using var identities = keys.Identities(former.Identities);
        if (former.Trust is null) return SecretsEnvelope.Open(file, signer.Certificate, identities, terms);
        using var trusted = keys.Certificate(former.Trust);
        return SecretsEnvelope.Open(file, trusted, identities, terms);
    }
}

using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>The checks, in the order in which one rests on another.</summary>
internal static class Checks
{
    public static void Run(CheckRequest request, KeyReader keys, CheckList list, CancellationToken cancellation)
    {
        InputOutput.Recover(request.Obfuscated);
        var recorded = request.Report is { } report ? RecordedAccuracy.Read(report) : default(double?);
        using var signer = keys.Certificate(request.Trust);
        var file = keys.Secrets(request.Secrets);
        EnvelopeChecks.Run(request, list, file, signer);
        if (request.Identities.Count == 0)
        {
            const string missing = "no identity is given";
            list.Skip(missing, [.. CheckNames.WithIdentity.Where(name => name != CheckNames.ObfuscatedFile)]);

            // Whether it is the one that they are for, the secrets would say; that it is a model can be told.
            list.Try(CheckNames.ObfuscatedFile, () => ModelFile.Open(request.Obfuscated)).Dispose();
            list.Skip($"{missing}, so all that is known is that it is a model", CheckNames.ObfuscatedFile);
            return;
        }

        using var secrets = EnvelopeChecks.Open(list, () => Open(request, keys, file, signer));
        cancellation.ThrowIfCancellationRequested();
        list.Step(CheckNames.ObfuscatedFile, () => CheckShipped(request.Obfuscated, secrets),
            x => $"{x.Length} bytes, SHA-256 {Convert.ToHexStringLower(x.Sha256Obfuscated)}, as the secrets say");
        cancellation.ThrowIfCancellationRequested();
        list.Step(CheckNames.RestoredModel, () => Verified(request.Obfuscated, secrets),
            file => $"SHA-256 {Convert.ToHexStringLower(file.Sha256Restored)}, "
                + (secrets.IsCompact ? "as the secrets say; compact, so not the original's" : "the original's"));
        using var obfuscated = ModelFile.Open(request.Obfuscated);
        if (secrets.Keyed is { } keyed) KeyedChecks.CheckChanged(list, obfuscated, keyed);
        else WeightChecks.CheckChanged(list, obfuscated, secrets);
        cancellation.ThrowIfCancellationRequested();
        CheckOriginal(request, list, obfuscated, secrets);
        cancellation.ThrowIfCancellationRequested();
        var detections = StealthChecks.Detect(request, list, obfuscated, secrets, cancellation);
        SessionChecks.Run(request, list, secrets, recorded, (obfuscated, detections), cancellation);
    }

    private static ProtectedFile Verified(string path, ModelSecrets secrets)
    {
        ModelRestorer.Verify(path, secrets);
        return secrets.Files[0];
    }

    private static ModelSecrets Open(CheckRequest request, KeyReader keys, byte[] file, X509Certificate2 signer)
    {
        using var identities = keys.Identities(request.Identities);
        return SecretsEnvelope.Open(
            file, TrustedSigner.Of(signer, request.SignerName), identities,
            new OpenOptions { Audience = request.Audience });
    }

    private static void CheckOriginal(CheckRequest request, CheckList list, ModelFile obfuscated, ModelSecrets secrets)
    {
        if (request.Original is not { } path)
        {
            list.Skip("no --original is given", CheckNames.OriginalFile, CheckNames.OtherBytes, CheckNames.Compact);
            return;
        }

        using var original = list.Step(CheckNames.OriginalFile, () => OpenOriginal(path, secrets),
            _ => secrets.IsCompact ? "its SHA-256 is the secrets'"
                : "the restored model is equal to it, byte for byte");
        if (secrets.Keyed is { } keyed) KeyedChecks.CheckNothingElse(list, obfuscated, original, keyed);
        else WeightChecks.CheckNothingElse(list, obfuscated, original, secrets);
        if (secrets.IsCompact) WeightChecks.CheckCompact(list, original, secrets);
        else list.Skip("the secrets are not compact", CheckNames.Compact);
    }

    private static ModelFile OpenOriginal(string path, ModelSecrets secrets)
    {
        // The model itself before it is opened: another one may have no data files.
        CheckDigest(path, secrets.Files[0].Sha256Original, "original");
        var model = ModelFile.Open(path);
        foreach (var file in secrets.Files.Skip(1))
            CheckDigest(model.PathOf(file.Name), file.Sha256Original, "original");
        return model;
    }

    private static ProtectedFile CheckShipped(string path, ModelSecrets secrets)
    {
        using (var file = InputFile.Open(path))
        {
            if (file.Length != secrets.Files[0].Length)
                throw new DigestException(path, $"it has {file.Length} bytes instead of {secrets.Files[0].Length}");
        }

        CheckDigest(path, secrets.Files[0].Sha256Obfuscated, "obfuscated");
        return secrets.Files[0];
    }

    // Restoring has given the recorded digest; a file of the recorded digest is equal to it.
    private static bool CheckDigest(string path, byte[] recorded, string which) =>
        ModelFile.Digest(path).AsSpan().SequenceEqual(recorded)
            ? true
            : throw new DigestException(path, $"its SHA-256 is not the {which} model's");
}

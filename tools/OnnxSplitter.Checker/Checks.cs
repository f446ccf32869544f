using System.Security.Cryptography;
using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>The checks, in the order in which one rests on another.</summary>
internal static class Checks
{
    // Of differences of accuracies.
    private const double Rounding = 1e-9;

    public static void Run(CheckRequest request, CheckList list, CancellationToken cancellation)
    {
        using var signer = KeyFiles.LoadCertificate(request.Trust);
        using var identity = KeyFiles.LoadIdentity(request.Identity);
        var envelope = SecretsEnvelope.ReadFile(request.Secrets);
        using var secrets = Open(list, () => SecretsEnvelope.Open(envelope, signer, [identity]));

        list.Step("obfuscated file", () => CheckShipped(request.Obfuscated, secrets),
            file => $"{file.Length} bytes, SHA-256 {Convert.ToHexStringLower(file.Sha256Obfuscated)}, as the secrets say");
        cancellation.ThrowIfCancellationRequested();

        var restored = list.Step("restored model", () => ModelRestorer.RestoreInMemory(request.Obfuscated, secrets),
            bytes => $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}, "
                + (secrets.IsCompact ? "as the secrets say; compact, so not the original's" : "the original's"));
        try
        {
            Weights.CheckChanged(list, request.Obfuscated, secrets);
            if (request.Original is { } original)
            {
                cancellation.ThrowIfCancellationRequested();
                list.Step("original file", () => CheckOriginal(original, secrets), _ => "its SHA-256 is the secrets'");
                Weights.CheckNothingElse(list, request.Obfuscated, original, secrets);
                if (secrets.IsCompact) Weights.CheckCompact(list, original, restored, secrets);
            }

            cancellation.ThrowIfCancellationRequested();
            CheckSessions(request, list, restored, secrets.IsCompact);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(restored);
        }
    }

    private static ModelSecrets Open(CheckList list, Func<ModelSecrets> open)
    {
        try
        {
            var secrets = open();
            list.Add("signature", ok: true, "the secrets are signed by the pinned signer");
            list.Add("identity", ok: true,
                $"it opens the secrets: {secrets.Tensors.Sum(t => t.Indices.Length)} weights of {secrets.Tensors.Count} tensors");
            return secrets;
        }
        catch (SecretsException e)
        {
            var trusted = e.Failure == SecretsFailure.NotOpened;
            list.Add("signature", trusted, trusted ? "the secrets are signed by the pinned signer" : e.Message);
            if (trusted) list.Add("identity", ok: false, e.Message);
            throw;
        }
    }

    private static ProtectedFile CheckShipped(string path, ModelSecrets secrets)
    {
        using (var stream = ModelFile.OpenRead(path))
        {
            if (stream.Length != secrets.Files[0].Length)
                throw new DigestException(path, $"it has {stream.Length} bytes instead of {secrets.Files[0].Length}");
        }

        return ModelFile.Digest(path).AsSpan().SequenceEqual(secrets.Files[0].Sha256Obfuscated)
            ? secrets.Files[0]
            : throw new DigestException(path, "its SHA-256 is not the obfuscated model's");
    }

    private static bool CheckOriginal(string path, ModelSecrets secrets) =>
        ModelFile.Digest(path).AsSpan().SequenceEqual(secrets.Files[0].Sha256Original)
            ? true
            : throw new DigestException(path, "its SHA-256 is not the original model's");

    private static void CheckSessions(CheckRequest request, CheckList list, byte[] restored, bool compact)
    {
        using var restoredModel = RunningModel.TryOpen(restored, out var problem);
        list.Add("session", restoredModel is not null, problem ?? "ONNX Runtime opens the restored model");
        if (restoredModel is null || request.Data is not { } data) return;

        using var obfuscated = RunningModel.Open(request.Obfuscated);
        var examples = list.Step("data", () => restoredModel.Read(data), d => $"{d.Count} examples with labels");
        var (before, after) = (obfuscated.Accuracy(examples), restoredModel.Accuracy(examples));
        list.Add("accuracy", before < after,
            $"obfuscated {before * 100:0.0} %, restored {after * 100:0.0} % on {examples.Count} examples");
        if (request.Original is null) return;

        using var original = RunningModel.Open(request.Original);
        if (compact)
        {
            var wanted = original.Accuracy(examples);
            list.Add("compact accuracy", after >= wanted - request.CompactTolerance - Rounding,
                $"restored {after * 100:0.0} %, original {wanted * 100:0.0} %, "
                + $"tolerance {request.CompactTolerance * 100:0.##} points");
            return;
        }

        var same = original.Outputs(examples).AsSpan().SequenceEqual(restoredModel.Outputs(examples));
        list.Add("outputs", same, same
            ? "the restored model's are the original's, bit for bit"
            : "the restored model's differ from the original's");
    }
}

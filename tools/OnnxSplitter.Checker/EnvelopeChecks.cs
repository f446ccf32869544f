using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks of the secrets file itself, up to opening it.</summary>
internal static class EnvelopeChecks
{
    /// <summary>Checks what needs no identity.</summary>
    public static void Run(CheckRequest request, CheckList list, byte[] file, X509Certificate2 signer)
    {
        var info = list.Step(CheckNames.Envelope, () => SecretsEnvelope.Inspect(file),
            x => $"{x.Length} bytes, the one form of DER, encrypted with {x.ContentEncryption}");
        list.Add(CheckNames.Recipients, ok: info.Recipients.Count > 0,
            $"{info.Recipients.Count}: {string.Join("; ", info.Recipients.Select(x => $"{x.Address} ({x.Kind})"))}");
        using var issued = request.SignerName is not null && info.SignerCertificate is { } embedded
            ? X509CertificateLoader.LoadCertificate(embedded.Span)
            : null;
        CheckCertificate(list, issued ?? signer, info.SigningTime.UtcDateTime, request.AllowExpired);
        list.Try(CheckNames.Signature, () =>
        {
            SecretsEnvelope.CheckSignature(file, TrustedSigner.Of(signer, request.SignerName));
            return true;
        });
        list.Add(CheckNames.Signature, ok: true,
            $"the {(issued is null ? "pinned " : "")}signer's, {(issued ?? signer).Subject}, of {info.SigningTime:u}");
    }

    /// <summary>Opens the secrets. The caller disposes them.</summary>
    public static ModelSecrets Open(CheckList list, Func<ModelSecrets> open) => list.Step(
        CheckNames.Identity, open,
        secrets => "it opens the secrets: "
            + (secrets.Keyed is { } keyed ? $"a key that changes {keyed.Tensors.Count} tensors, by "
                : $"{secrets.Tensors.Sum(t => t.Indices.Length)} weights of {secrets.Tensors.Count} tensors, chosen "
                    + "by ")
            + $"{secrets.Strategy}, {secrets.Created:u}");

    private static void CheckCertificate(CheckList list, X509Certificate2 signer, DateTime signed, bool allowExpired)
    {
        var (from, to) = (signer.NotBefore.ToUniversalTime(), signer.NotAfter.ToUniversalTime());
        var validity = $"valid from {from:u} to {to:u}";
        var now = DateTime.UtcNow;
        if (signed < from || signed > to)
            list.Add(CheckNames.Certificate, ok: false, $"{validity}, but it signed at {signed:u}");
        else if (now > to && allowExpired)
            list.Add(CheckNames.Certificate, ok: true,
                $"EXPIRED, which --allow-expired allows: {validity}; it signed at {signed:u}");
        else
            list.Add(CheckNames.Certificate, now >= from
                && now <= to, $"{validity}, when it signed {(now > to ? "but not" : "and")} now");
    }
}

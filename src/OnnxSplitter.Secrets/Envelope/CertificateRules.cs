using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope.Recipients;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Refuses certificates that an envelope can't or should not be made with.</summary>
internal static class CertificateRules
{
    private const int SmallestRsa = 2048;

    public static void CheckSigner(Identity signer)
    {
        var certificate = signer.Certificate;
        if (!HasStrongRsa(certificate) && EllipticCurve.Of(certificate) is null)
            throw new CertificateException(
                $"The signer {certificate.Subject} has neither an RSA key of at least {SmallestRsa} bits nor an EC key "
                + "on P-256 or P-384.",
                "Sign with a key made by this tool.");
        if (signer.SigningKey is null)
            throw new CertificateException(
                $"The signer {certificate.Subject} has no private key that may sign.",
                "Give the signer's .pem file, not its .crt file.");
    }

    public static void CheckRecipients(IReadOnlyList<X509Certificate2> recipients)
    {
        if (recipients.Count == 0)
            throw new CertificateException(
                "There is no recipient: nobody could open the secrets.", "Name at least one recipient's certificate.");
        if (recipients.Count > EnvelopedContent.MaxRecipients)
            throw new CertificateException(
                $"There are {recipients.Count} recipients; a file opens for at most {EnvelopedContent.MaxRecipients}.",
                "Protect the model once for each group of recipients.");
        foreach (var recipient in recipients)
        {
            if (HasStrongRsa(recipient) || EllipticCurve.Of(recipient) is not null && CanAgree(recipient)) continue;
            throw new CertificateException(
                $"The recipient {recipient.Subject} has neither an RSA key of at least {SmallestRsa} bits nor an EC key "
                + "on P-256 or P-384 that may agree on keys.",
                "Ask the recipient for a certificate with such a key.");
        }

        var twice = recipients.CountBy(r => RecipientAddress.Of(r).ToString(), StringComparer.Ordinal)
            .FirstOrDefault(x => x.Value > 1);
        if (twice.Key is not null)
            throw new CertificateException(
                $"Two recipients are both named {twice.Key}.", "Name every recipient once.");
    }

    public static void CheckIdentities(IReadOnlyList<Identity> identities)
    {
        if (identities.Count == 0)
            throw new CertificateException("No identity is given.", "Name at least one that the secrets were sealed to.");
        foreach (var identity in identities)
        {
            if (identity.CanOpen) continue;
            throw new CertificateException(
                $"The identity {identity.Certificate.Subject} has no private key that opens secrets.",
                "Give the identity's .pem or .pfx file, not its .crt file; an EC key needs the usage keyAgreement.");
        }
    }

    private static bool HasStrongRsa(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize >= SmallestRsa;
    }

    // The platform gives no such key where the certificate's key usage forbids it.
    private static bool CanAgree(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDiffieHellmanPublicKey();
        return key is not null;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Refuses certificates that an envelope can't or should not be made with.</summary>
internal static class EnvelopeCertificates
{
    private const int SmallestRsa = 2048;

    public static void CheckSigner(X509Certificate2 signer)
    {
        using var rsa = signer.GetRSAPublicKey();
        using var ecdsa = signer.GetECDsaPublicKey();
        if (rsa is null && ecdsa is null || rsa?.KeySize < SmallestRsa)
            throw new CertificateException(
                $"The signer {signer.Subject} has neither an RSA key of at least {SmallestRsa} bits nor an ECDSA key.",
                "Sign with a key made by this tool.");
        if (!signer.HasPrivateKey)
            throw new CertificateException(
                $"The signer {signer.Subject} has no private key.",
                "Give the signer's .pem file, not its .crt file.");
    }

    public static void CheckRecipients(IReadOnlyList<X509Certificate2> recipients)
    {
        if (recipients.Count == 0)
            throw new CertificateException(
                "There is no recipient: nobody could open the secrets.", "Name at least one recipient's certificate.");
        if (recipients.Count > EnvelopedShape.MaxRecipients)
            throw new CertificateException(
                $"There are {recipients.Count} recipients; a file opens for at most {EnvelopedShape.MaxRecipients}.",
                "Protect the model once for each group of recipients.");
        foreach (var recipient in recipients)
        {
            using var rsa = recipient.GetRSAPublicKey();
            if (rsa is null || rsa.KeySize < SmallestRsa)
                throw new CertificateException(
                    $"The recipient {recipient.Subject} has no RSA key of at least {SmallestRsa} bits.",
                    "Ask the recipient for a certificate with such a key.");
        }

        var twice = recipients.CountBy(RecipientAddress.Of, StringComparer.Ordinal).FirstOrDefault(x => x.Value > 1);
        if (twice.Key is not null)
            throw new CertificateException(
                $"Two recipients are both named {twice.Key}.", "Name every recipient once.");
    }

    /// <summary>The private key of an identity. The caller disposes it.</summary>
    public static RSA IdentityKey(X509Certificate2 identity) =>
        identity.GetRSAPrivateKey() ?? throw new CertificateException(
            $"The identity {identity.Subject} has no RSA private key.",
            "Give the identity's .pem or .pfx file, not its .crt file.");
}

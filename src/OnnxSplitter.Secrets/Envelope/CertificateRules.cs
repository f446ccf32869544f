using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Envelope.Recipients;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Refuses certificates that secrets can't or should not be sealed with.</summary>
/// <remarks>
/// Sealing asks the same, at the time of sealing; whoever prepares a long job asks first. What only the key itself can
/// tell (that it is the certificate's own, that a token is still there) shows when it signs.
/// </remarks>
public static class CertificateRules
{
    private const int SmallestRsa = 2048;

    private const X509KeyUsageFlags Signing = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation;

    /// <summary>Refuses a signer.</summary>
    /// <param name="signer">Still the caller's to dispose.</param>
    /// <param name="now">When it is to sign.</param>
    /// <exception cref="CertificateException">
    /// Not valid then, without a key that may sign, too small, or of an unsupported kind.
    /// </exception>
    public static void CheckSigner(Identity signer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(signer);
        var certificate = signer.Certificate;
        CheckValid("signer", certificate, now);
        CheckKind("signer", certificate);
        if (!HasStrongRsa(certificate) && EllipticCurve.Of(certificate) is null)
            throw new CertificateException(
                $"The signer {certificate.Subject} has neither an RSA key of at least {SmallestRsa} bits nor an EC key "
                + "on P-256 or P-384.",
                "Sign with a key made by this tool.");
        if (signer.SigningKey is null || !Allows(certificate, Signing))
            throw new CertificateException(
                $"The signer {certificate.Subject} has no private key that may sign.",
                "Give the signer's .pem file, not its .crt file.");
    }

    /// <summary>Refuses a recipient.</summary>
    /// <param name="recipient">Still the caller's to dispose.</param>
    /// <param name="now">When secrets are to be sealed to it.</param>
    /// <exception cref="CertificateException">
    /// Not valid then, not for sealing to, too small, or of an unsupported kind.
    /// </exception>
    public static void CheckRecipient(X509Certificate2 recipient, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        CheckValid("recipient", recipient, now);
        CheckKind("recipient", recipient);
        if (HasStrongRsa(recipient) && Allows(recipient, X509KeyUsageFlags.KeyEncipherment)
            || EllipticCurve.Of(recipient) is not null && Allows(recipient, X509KeyUsageFlags.KeyAgreement)) return;
        throw new CertificateException(
            $"The recipient {recipient.Subject} has neither an RSA key of at least {SmallestRsa} bits for key "
            + "encipherment nor an EC key on P-256 or P-384 for key agreement.",
            "Ask the recipient for a certificate with such a key.");
    }

    /// <summary>Refuses the recipients of one file.</summary>
    /// <param name="recipients">1 to 1000, each once. Still the caller's to dispose.</param>
    /// <param name="now">When secrets are to be sealed to them.</param>
    /// <exception cref="CertificateException">
    /// Too many or none, two that an envelope could not tell apart, or as for one.
    /// </exception>
    public static void CheckRecipients(IReadOnlyList<X509Certificate2> recipients, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        if (recipients.Count == 0)
            throw new CertificateException(
                "There is no recipient: nobody could open the secrets.", "Name at least one recipient's certificate.");
        if (recipients.Count > EnvelopedContent.MaxRecipients)
            throw new CertificateException(
                $"There are {recipients.Count} recipients; a file opens for at most {EnvelopedContent.MaxRecipients}.",
                "Protect the model once for each group of recipients.");
        foreach (var recipient in recipients) CheckRecipient(recipient, now);
        var twice = recipients.CountBy(r => RecipientAddress.Of(r).ToString(), StringComparer.Ordinal)
            .FirstOrDefault(x => x.Value > 1);
        if (twice.Key is not null)
            throw new CertificateException(
                $"Two recipients are both named {twice.Key}.", "Name every recipient once.");
    }

    internal static void CheckIdentities(IReadOnlyList<Identity> identities)
    {
        if (identities.Count == 0)
            throw new CertificateException("No identity is given.",
                "Name at least one that the secrets were sealed to.");
        foreach (var identity in identities)
        {
            if (identity.CanOpen) continue;
            throw new CertificateException(
                $"The identity {identity.Certificate.Subject} has no private key that opens secrets.",
                "Give the identity's .pem or .pfx file, not its .crt file; an EC key needs the usage keyAgreement.");
        }
    }

    /// <summary>
    /// Whether a certificate may vouch for signatures: what an authority has issued may be for anything.
    /// </summary>
    internal static bool MaySign(X509Certificate2 certificate) =>
        (HasStrongRsa(certificate) || EllipticCurve.Of(certificate) is not null) && Allows(certificate, Signing)
        && !certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(x => x.CertificateAuthority);

    /// <summary>Whether a certificate is valid at a time, its ends included.</summary>
    internal static bool IsValid(X509Certificate2 certificate, DateTimeOffset time) =>
        certificate.NotBefore.ToUniversalTime() <= time.UtcDateTime
        && time.UtcDateTime <= certificate.NotAfter.ToUniversalTime();

    private static void CheckValid(string role, X509Certificate2 certificate, DateTimeOffset now)
    {
        if (IsValid(certificate, now)) return;
        throw new CertificateException(
            $"The certificate of the {role} {certificate.Subject} is valid from "
            + $"{certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, not now.",
            "Get a new certificate, and check this machine's clock.");
    }

    internal static void CheckKind(string role, X509Certificate2 certificate)
    {
        if (ForeignKey.KindOf(certificate) is { } kind)
            throw new CertificateException(
                $"The {role} {certificate.Subject} has {kind}, which is not supported.", ForeignKey.Remedy);
    }

    private static bool HasStrongRsa(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize >= SmallestRsa;
    }

    // Without the extension, a key may be used for anything (RFC 5280, section 4.2.1.3).
    private static bool Allows(X509Certificate2 certificate, X509KeyUsageFlags usages) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>()
            .All(x => (x.KeyUsages & usages) != X509KeyUsageFlags.None);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>The secrets file (<c>.p7m</c>): encrypted for its recipients, then signed.</summary>
/// <remarks>
/// DER of a SignedData (RFC 5652) with one signer, SHA-2, the signing time and the signer's certificate; compact
/// secrets go without the certificate, since whoever opens them has pinned it, and it would be a quarter of the file.
/// The content is a ContentInfo of type EnvelopedData, so that what <c>openssl cms -verify</c> writes is what
/// <c>openssl cms -decrypt</c> reads.
/// </remarks>
public static class SecretsEnvelope
{
    /// <summary>Longest secrets file that is read, bytes.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Encrypts secrets for recipients and signs the result.</summary>
    /// <param name="secrets">What to seal. Still the caller's to dispose.</param>
    /// <param name="signer">
    /// RSA of at least 2048 bits, or ECDSA on P-256 or P-384. Still the caller's to dispose.
    /// </param>
    /// <param name="recipients">
    /// Certificates with RSA keys of at least 2048 bits or EC keys on P-256 or P-384, each once, at most 1000.
    /// </param>
    /// <param name="options">How; null for the usual way.</param>
    /// <returns>The secrets file's content.</returns>
    /// <exception cref="CertificateException">A certificate can't be used.</exception>
    /// <exception cref="SecretsFileException">The result is longer than <see cref="MaxLength"/>.</exception>
    public static byte[] Seal(
        ModelSecrets secrets, Identity signer, IReadOnlyList<X509Certificate2> recipients, SealOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(recipients);
        CertificateRules.CheckRecipients(recipients, DateTimeOffset.UtcNow);
        var payload = ModelSecretsCodec.Encode(secrets);
        try
        {
            return EnvelopeSignature.Make(EnvelopedContent.Encrypt(payload, recipients), signer, !secrets.IsCompact,
                options);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException(
                $"The secrets can't be sealed: {e.Message}", "Check the recipients' certificates.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    /// <summary>
    /// Encrypts secrets for recipients and signs the result with the key that a certificate object holds.
    /// </summary>
    /// <param name="secrets">What to seal. Still the caller's to dispose.</param>
    /// <param name="signer">Certificate with its private key.</param>
    /// <param name="recipients">As for the other overload.</param>
    /// <returns>The secrets file's content.</returns>
    /// <exception cref="CertificateException">A certificate can't be used.</exception>
    /// <exception cref="SecretsFileException">The result is longer than <see cref="MaxLength"/>.</exception>
    public static byte[] Seal(
        ModelSecrets secrets, X509Certificate2 signer, IReadOnlyList<X509Certificate2> recipients)
    {
        using var identity = Identity.Of(signer);
        return Seal(secrets, identity, recipients);
    }

    /// <summary>Verifies that a secrets file comes from the trusted signer, then decrypts it.</summary>
    /// <param name="file">The secrets file's content.</param>
    /// <param name="trustedSigner">
    /// Whose signature vouches for secrets: a pinned certificate, or an authority with a name. Its certificate must
    /// have been valid when it signed.
    /// </param>
    /// <param name="identities">Tried in this order. Still the caller's to dispose.</param>
    /// <param name="options">
    /// What the secrets' terms are compared with; null for no audience and the system's clock.
    /// </param>
    /// <returns>The secrets. The caller disposes them.</returns>
    /// <exception cref="SecretsException">Not trusted, or not opened; see there for why it says no more.</exception>
    /// <exception cref="TermsException">Trusted, but for another audience or another time.</exception>
    /// <exception cref="CertificateException">An identity has no private key that opens secrets.</exception>
    public static ModelSecrets Open(
        ReadOnlyMemory<byte> file,
        TrustedSigner trustedSigner,
        IReadOnlyList<Identity> identities,
        OpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identities);
        CertificateRules.CheckIdentities(identities);
        var shape = EnvelopeSignature.ReadTrusted(file, trustedSigner);
        options ??= new OpenOptions();
        if (!options.IgnoreTerms) shape.Terms?.Check(options.Audience, options.Clock.GetUtcNow());
        return Attempt.Run(() => Decrypt(shape, identities)) ?? throw shape.Enveloped.NotOpened(identities);
    }

    /// <summary>Verifies a secrets file and decrypts it with the key that a certificate object holds.</summary>
    /// <param name="file">The secrets file's content.</param>
    /// <param name="trustedSigner">As for the other overload.</param>
    /// <param name="identity">Certificate with its private key.</param>
    /// <returns>The secrets. The caller disposes them.</returns>
    /// <exception cref="SecretsException">Not trusted, or not opened; see there for why it says no more.</exception>
    /// <exception cref="TermsException">Trusted, but for an audience or another time.</exception>
    /// <exception cref="CertificateException">The identity has no private key that opens secrets.</exception>
    public static ModelSecrets Open(
        ReadOnlyMemory<byte> file, X509Certificate2 trustedSigner, X509Certificate2 identity)
    {
        using var opener = Identity.Of(identity);
        return Open(file, trustedSigner, [opener]);
    }

    /// <summary>Reads what a secrets file says about itself, without any key and without verifying any of it.</summary>
    /// <exception cref="SecretsException">It is no secrets file (not trusted).</exception>
    public static EnvelopeInfo Inspect(ReadOnlyMemory<byte> file) =>
        Attempt.Run(() => Describe(file)) ?? throw SecretsException.NotTrusted();

    /// <summary>Verifies that a secrets file comes from the trusted signer, without decrypting it.</summary>
    /// <param name="file">The secrets file's content.</param>
    /// <param name="trustedSigner">
    /// As for <see cref="Open(ReadOnlyMemory{byte}, TrustedSigner, IReadOnlyList{Identity}, OpenOptions)"/>.
    /// </param>
    /// <exception cref="SecretsException">It does not (not trusted).</exception>
    public static void CheckSignature(ReadOnlyMemory<byte> file, TrustedSigner trustedSigner) =>
        EnvelopeSignature.ReadTrusted(file, trustedSigner);

    /// <summary>Reads a secrets file from the disk, no more than <see cref="MaxLength"/> bytes.</summary>
    /// <exception cref="SecretsFileException">It can't be read, is longer, or is text.</exception>
    public static byte[] ReadFile(string path)
    {
        var file = LimitedFile.Read(path, MaxLength, (message, e) =>
            new SecretsFileException(message, "Check the path of the secrets file.", e));
        RefuseText(file, path);
        return file;
    }

    /// <summary>Refuses a secrets file that was written as text: PEM, base64 or S/MIME.</summary>
    /// <param name="beginning">The first bytes of its content, or all of it.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="SecretsFileException">It is text, and how it is converted back.</exception>
    public static void RefuseText(ReadOnlySpan<byte> beginning, string name) => SecretsText.Refuse(beginning, name);

    private static ModelSecrets? Decrypt(SignedShape shape, IReadOnlyList<Identity> identities)
    {
        var payload = shape.Enveloped.Decrypt(identities);
        if (payload is null) return null;
        try
        {
            // The signature does not cover whether there is a certificate; the payload decides it.
            var secrets = ModelSecretsCodec.Decode(payload);
            if (secrets.IsCompact == shape.Certificate is null) return secrets;
            secrets.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    private static EnvelopeInfo? Describe(ReadOnlyMemory<byte> file)
    {
        if (file.Length > MaxLength) return null;
        var shape = SignedShape.Read(file);
        using var certificate = shape.Certificate is null
            ? null
            : X509CertificateLoader.LoadCertificate(shape.Certificate);
        return new EnvelopeInfo(
            certificate?.Subject ?? shape.Signer.ToString(),
            shape.Certificate is null ? null : Convert.ToHexStringLower(SHA256.HashData(shape.Certificate)),
            shape.Certificate is { } der ? der : default(ReadOnlyMemory<byte>?),
            [.. shape.Enveloped.Recipients.Select(recipient => new EnvelopeRecipient(recipient))],
            shape.SigningTime,
            shape.Terms,
            EnvelopedContent.Encryption,
            file.Length);
    }
}

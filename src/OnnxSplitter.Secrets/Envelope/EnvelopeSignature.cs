using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Makes and checks the signature that a secrets file is.</summary>
internal static class EnvelopeSignature
{
    /// <summary>Reads a file that has the trusted signer's signature, without decrypting.</summary>
    /// <exception cref="SecretsException">It is no such file (not trusted).</exception>
    public static SignedShape ReadTrusted(ReadOnlyMemory<byte> file, TrustedSigner trustedSigner)
    {
        ArgumentNullException.ThrowIfNull(trustedSigner);
        return Attempt.Run(() => Verify(file, trustedSigner)) ?? throw SecretsException.NotTrusted();
    }

    /// <summary>Signs content.</summary>
    /// <exception cref="CertificateException">The signer can't be used.</exception>
    /// <exception cref="SecretsFileException">
    /// The result is longer than <see cref="SecretsEnvelope.MaxLength"/>.
    /// </exception>
    public static byte[] Make(
        EnvelopedContent content, Identity signer, bool withCertificate, SealOptions? options)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (options?.Terms?.Problem() is { } problem) throw new ArgumentException(problem, nameof(options));
        CertificateRules.CheckSigner(signer, DateTimeOffset.UtcNow);
        var signed = new SignedCms(new ContentInfo(new Oid(CmsNames.EnvelopedData), content.Write()));
        var by = SignatureForm.For(signer, options?.Pss ?? false);
        by.IncludeOption = withCertificate ? X509IncludeOption.EndCertOnly : X509IncludeOption.None;
        by.SignedAttributes.Add(new Pkcs9SigningTime(DateTime.UtcNow));
        if (options?.Terms is { IsEmpty: false } terms)
            by.SignedAttributes.Add(new AsnEncodedData(new Oid(CmsNames.Terms), terms.Write()));
        try
        {
            signed.ComputeSignature(by);

            // A token may hold another key than its certificate says.
            signed.SignerInfos[0].CheckSignature([signer.Certificate], verifySignatureOnly: true);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException(
                $"The secrets can't be signed: {e.Message}",
                "Check the signer's key and that the certificate is its own.", e);
        }

        var file = signed.Encode();
        if (file.Length <= SecretsEnvelope.MaxLength) return file;
        throw new SecretsFileException(
            $"The secrets would take {file.Length} bytes; at most {SecretsEnvelope.MaxLength} are read back.",
            "Change fewer weights.");
    }

    private static SignedShape? Verify(ReadOnlyMemory<byte> file, TrustedSigner trustedSigner)
    {
        if (file.Length > SecretsEnvelope.MaxLength) return null;
        var shape = SignedShape.Read(file);
        using var embedded = shape.Certificate is null
            ? null
            : X509CertificateLoader.LoadCertificate(shape.Certificate);
        if (trustedSigner.Find(embedded, shape.SigningTime) is not { } signer || !shape.Signer.Names(signer))
            return null;
        var signed = new SignedCms();
        signed.Decode(file.Span);

        // Whether the certificate is trusted was settled before.
        signed.SignerInfos[0].CheckSignature([signer], verifySignatureOnly: true);
        return signed.ContentInfo.Content.AsSpan().SequenceEqual(shape.Content.Span)
            && CertificateRules.IsValid(signer, shape.SigningTime) ? shape : null;
    }
}

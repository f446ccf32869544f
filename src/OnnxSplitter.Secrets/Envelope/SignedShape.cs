using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>The parts of a SignedData (RFC 5652, section 5) that has the form that sealing gives it.</summary>
/// <param name="Certificate">DER of the signer's certificate, the only one; null where there is none.</param>
/// <param name="Signer">Who says to have signed: issuer and serial number of a certificate.</param>
/// <param name="SigningTime">When, by the signer's own clock.</param>
/// <param name="Terms">For whom and for how long; null for anybody and for ever.</param>
/// <param name="Content">What is signed: an EnvelopedData of the one form. A part of the file, not a copy.</param>
/// <param name="Enveloped">The parts of the content.</param>
/// <remarks>
/// The signature covers the content and the signed attributes. Everything else in the file (versions, algorithm
/// names, the signer's name, optional fields) is fixed here, so that no bit can change without a refusal; what writers
/// spell in two ways is in docs/format.md. A library decoder alone accepts trailing bytes, BER, further signers and
/// unsigned attributes.
/// </remarks>
internal sealed record SignedShape(
    byte[]? Certificate, IssuerAndSerial Signer, DateTimeOffset SigningTime, SecretsTerms? Terms,
    ReadOnlyMemory<byte> Content,
    EnvelopedContent Enveloped)
{
    /// <summary>Reads the form, without verifying anything.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate is malformed.</exception>
    public static SignedShape Read(ReadOnlyMemory<byte> file)
    {
        var whole = Whole(file);
        var contentInfo = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        Expect(contentInfo.ReadObjectIdentifier() == CmsNames.SignedData);
        var signed = contentInfo.ReadExplicitSequence(0);
        contentInfo.ThrowIfNotEmpty();

        Expect(signed.ReadInteger() == 3);
        var digest = signed.ReadSingle(SignatureForm.ReadDigest);
        var content = ReadContent(signed.ReadSequence());
        var enveloped = EnvelopedContent.Read(content);
        byte[]? raw = null;
        if (signed.PeekTag().HasSameClassAndValue(Context(0)))
            raw = signed.ReadSingle(set => set.ReadEncodedValue().ToArray(), Context(0));
        var (signer, attributes) = signed.ReadSingle(set => ReadSigner(set.ReadSequence(), digest));
        signed.ThrowIfNotEmpty();
        if (raw is not null)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(raw);
            Expect(signer.Names(certificate));
        }

        return new SignedShape(raw, signer, attributes.SigningTime, attributes.Terms, content, enveloped);
    }

    private static ReadOnlyMemory<byte> ReadContent(AsnReader content)
    {
        Expect(content.ReadObjectIdentifier() == CmsNames.EnvelopedData);
        var wrapper = content.ReadSequence(Context(0));
        content.ThrowIfNotEmpty();
        var octets = wrapper.ReadOctets();
        wrapper.ThrowIfNotEmpty();
        return octets;
    }

    private static (IssuerAndSerial Name, SignedAttributes Attributes) ReadSigner(AsnReader signer, string digest)
    {
        Expect(signer.ReadInteger() == 1);
        var named = IssuerAndSerial.Read(signer);
        Expect(signer.ReadAlgorithm() == digest);
        var attributes = SignedAttributes.Read(signer.ReadSetOf(Context(0)));
        SignatureForm.Check(signer, digest);
        signer.ReadOctets();
        signer.ThrowIfNotEmpty();
        return (named, attributes);
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Which signatures an envelope may have: RSA, PKCS#1 v1.5 or PSS, and ECDSA, each with SHA-2.</summary>
internal static class SignatureForm
{
    /// <summary>Names a signer for the platform's encoder.</summary>
    /// <param name="signer">Its key was checked to be of a supported kind.</param>
    /// <param name="pss">Whether an RSA key signs by RSASSA-PSS; an elliptic key signs by ECDSA in any case.</param>
    public static CmsSigner For(Identity signer, bool pss)
    {
        var named = signer.SigningKey is RSA rsa
            ? new CmsSigner(
                SubjectIdentifierType.IssuerAndSerialNumber, signer.Certificate, rsa,
                pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, signer.Certificate, signer.SigningKey);

        // A digest as strong as the curve (RFC 5753, section 8); for RSA keys, SHA-256.
        named.DigestAlgorithm =
            new Oid(signer.SigningKey is ECDsa { KeySize: 384 } ? CmsNames.Sha384 : CmsNames.Sha256);
        return named;
    }

    /// <summary>Reads the name of a digest.</summary>
    /// <exception cref="AsnContentException">It is another one.</exception>
    public static string ReadDigest(AsnReader reader)
    {
        var digest = reader.ReadAlgorithm();
        Expect(digest is CmsNames.Sha256 or CmsNames.Sha384 or CmsNames.Sha512);
        return digest;
    }

    /// <summary>Reads a signature algorithm, which must go with the digest.</summary>
    /// <exception cref="AsnContentException">It is another one.</exception>
    public static void Check(AsnReader reader, string digest)
    {
        var algorithm = reader.ReadSequence();
        var name = algorithm.ReadObjectIdentifier();
        if (name == CmsNames.RsaPss)
        {
            CheckPss(algorithm.ReadSequence(), digest);
        }
        else
        {
            // RFC 4055, section 5, wants NULL of RSA, and RFC 5754, section 3.3, nothing of ECDSA.
            var rsa = name == CmsNames.RsaSignature;
            Expect(rsa || name == EcdsaWith(digest));
            if (rsa && algorithm.HasData) algorithm.ReadNull();
        }

        algorithm.ThrowIfNotEmpty();
    }

    // RSASSA-PSS-params (RFC 4055, section 3.1): the one digest throughout, a salt of its length, the usual trailer.
    private static void CheckPss(AsnReader parameters, string digest)
    {
        var hash = parameters.ReadSequence(Context(0));
        Expect(hash.ReadAlgorithm() == digest);
        hash.ThrowIfNotEmpty();
        var mask = parameters.ReadExplicitSequence(1);
        Expect(mask.ReadObjectIdentifier() == CmsNames.Mgf1 && mask.ReadAlgorithm() == digest);
        mask.ThrowIfNotEmpty();
        var salt = parameters.ReadSequence(Context(2));
        Expect(salt.TryReadInt32(out var length) && length == DigestBytes(digest));
        salt.ThrowIfNotEmpty();
        parameters.ThrowIfNotEmpty();
    }

    private static string EcdsaWith(string digest) => digest switch
    {
        CmsNames.Sha256 => CmsNames.EcdsaSha256,
        CmsNames.Sha384 => CmsNames.EcdsaSha384,
        _ => CmsNames.EcdsaSha512,
    };

    private static int DigestBytes(string digest) => digest switch
    {
        CmsNames.Sha256 => SHA256.HashSizeInBytes,
        CmsNames.Sha384 => SHA384.HashSizeInBytes,
        _ => SHA512.HashSizeInBytes,
    };
}

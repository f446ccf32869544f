using System.Formats.Asn1;
using OnnxSplitter.Secrets.Cms;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Files that hold a certificate in a form that is not read, but can be converted.</summary>
internal static class ForeignForm
{
    /// <summary>Refuses PEM with blocks of such a form.</summary>
    public static void Refuse(IEnumerable<PemText.Block> blocks, string name)
    {
        foreach (var (label, _, _) in blocks)
        {
            if (label == "TRUSTED CERTIFICATE")
                throw new CertificateException(
                    $"{name} can't be used: it is a TRUSTED CERTIFICATE, a form of OpenSSL's own.",
                    "Convert it: openssl x509 -in FILE -out device.crt writes the certificate alone.");
            if (label is "PKCS7" or "CMS") throw Collection(name, form: "PEM");
        }
    }

    /// <summary>Refuses DER of such a form.</summary>
    public static void Refuse(byte[] der, string name)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            if (reader.PeekTag() != Asn1Tag.ObjectIdentifier || reader.ReadObjectIdentifier() != CmsNames.SignedData)
                return;
        }
        catch (AsnContentException)
        {
            return;
        }

        throw Collection(name, form: "DER");
    }

    private static CertificateException Collection(string name, string form) => new(
        $"{name} can't be used: it is a PKCS#7 collection of certificates (.p7b).",
        $"Take out the one certificate: openssl pkcs7 -inform {form} -in FILE -print_certs shows them.");
}

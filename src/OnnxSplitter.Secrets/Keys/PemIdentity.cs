using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>PEM with a private key and its certificate, perhaps among those of its authorities.</summary>
internal static class PemIdentity
{
    /// <summary>Reads the certificate that belongs to the key, with the key.</summary>
    /// <exception cref="CryptographicException">There are not both.</exception>
    public static X509Certificate2 Read(ReadOnlySpan<byte> content, string name, PassphraseSource? passphrase) =>
        PemText.Use(content, text =>
        {
            // How OpenSSL marks a key encrypted in its older format (RFC 1421, 4.6.1.1), with MD5 for a key derivation.
            if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
                throw new CertificateException(
                    $"{name} can't be used: its private key is encrypted in an old way.",
                    "Convert it: openssl pkcs8 -topk8 writes the newer form, which has a better key derivation.");
            var blocks = PemText.Blocks(text);
            ForeignForm.Refuse(blocks, name);
            PemText.Block[] keys =
                [.. blocks.Where(block => block.Label.EndsWith(PemText.PrivateKey, StringComparison.Ordinal))];
            if (keys.Length > 1)
                throw new CertificateException(
                    $"{name} can't be used: it holds {keys.Length} private keys.", "Give a file with the one alone.");
            if (keys.Length == 0) throw new CryptographicException("There is no private key.");

            var certificates = Certificates(text, blocks);
            var key = Key(text, keys[0], name, passphrase);
            try
            {
                return Match(certificates, key, name);
            }
            finally
            {
                Array.Clear(key);
            }
        });

    private static List<string> Certificates(ReadOnlySpan<char> text, IEnumerable<PemText.Block> blocks)
    {
        var certificates = new List<string>();
        foreach (var block in blocks)
            if (block.Label == PemText.Certificate) certificates.Add(text[block.Place].ToString());
        return certificates;
    }

    private static char[] Key(
        ReadOnlySpan<char> text, PemText.Block block, string name, PassphraseSource? passphrase)
    {
        if (block.Label != "ENCRYPTED " + PemText.PrivateKey) return text[block.Place].ToArray();
        var der = new byte[text[block.Base64].Length];
        return Convert.TryFromBase64Chars(text[block.Base64], der, out var length)
            ? EncryptedKey.ToPem(der[..length], name, passphrase)
            : throw new CryptographicException("The private key is no base64.");
    }

    private static X509Certificate2 Match(IEnumerable<string> certificates, char[] key, string name)
    {
        string? foreign = null;
        foreach (var text in certificates)
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            if (ForeignKey.KindOf(certificate) is { } kind) foreign ??= kind;
            else if (Join(text, key) is { } joined) return joined;
        }

        throw foreign is null
            ? new CryptographicException("No certificate is the key's.")
            : ForeignKey.Refusal(name, foreign);
    }

    private static X509Certificate2? Join(string certificate, char[] key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // It is an authority's, or another's.
            return null;
        }
    }
}

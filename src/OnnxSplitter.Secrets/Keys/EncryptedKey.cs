using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Private keys that a passphrase protects.</summary>
internal static class EncryptedKey
{
    // RFC 8018, appendices A.4 and A.2, and RFC 7914, section 7.
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string Scrypt = "1.3.6.1.4.1.11591.4.11";

    private const string PassphraseRemedy = "Give the Passphrase of the key.";

    /// <summary>Does something with the passphrase of a key, of which no copy stays behind.</summary>
    public static T WithPassphrase<T>(string name, PassphraseSource? source, Func<ReadOnlySpan<char>, T> use)
    {
        var text = source?.Invoke(name) ?? throw new CertificateException(
            $"{name} can't be used: it is protected by a passphrase, and none is given.", PassphraseRemedy)
        {
            Properties = ["Passphrase"],
        };
        try
        {
            return use(text);
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>Decrypts a key (PKCS#8, EncryptedPrivateKeyInfo).</summary>
    /// <returns>It as PEM, which the caller zeroes.</returns>
    /// <exception cref="CertificateException">There is no passphrase, a wrong one, or another derivation.</exception>
    public static char[] ToPem(byte[] der, string name, PassphraseSource? passphrase)
    {
        RefuseDerivation(der, name);
        var info = WithPassphrase(name, passphrase, spoken =>
        {
            try
            {
                return Pkcs8PrivateKeyInfo.DecryptAndDecode(spoken, der, out _);
            }
            catch (CryptographicException e)
            {
                throw WrongPassphrase(name, e);
            }
        });
        byte[] plain = [];
        try
        {
            plain = info.Encode();
            return PemEncoding.Write("PRIVATE KEY", plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            if (MemoryMarshal.TryGetArray(info.PrivateKeyBytes, out var key)) Array.Clear(key.Array!);
        }
    }

    /// <summary>What is said of a wrong passphrase.</summary>
    public static CertificateException WrongPassphrase(string name, Exception cause) =>
        new($"{name} can't be used: the passphrase is not the one that protects it.", PassphraseRemedy, cause)
        {
            Properties = ["Passphrase"],
        };

    // The platform knows PBKDF2 alone, and says of others what it says of a wrong passphrase.
    private static void RefuseDerivation(byte[] der, string name)
    {
        var algorithm = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Pbes2) return;
        var derivation = algorithm.ReadSequence().ReadSequence().ReadObjectIdentifier();
        if (derivation == Pbkdf2) return;
        throw new CertificateException(
            $"{name} can't be used: its private key is encrypted by way of "
            + $"{(derivation == Scrypt ? "scrypt" : derivation)}, and only PBKDF2 is supported.",
            "Encrypt it anew: openssl pkcs8 -topk8 does so with PBKDF2, unless told otherwise.");
    }
}

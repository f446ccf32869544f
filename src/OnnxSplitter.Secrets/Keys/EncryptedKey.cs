using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Private keys that a passphrase protects.</summary>
internal static class EncryptedKey
{
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
    /// <exception cref="CertificateException">There is no passphrase, or a wrong one.</exception>
    public static char[] ToPem(byte[] der, string name, PassphraseSource? passphrase)
    {
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
}

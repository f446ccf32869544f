using System.Security.Cryptography;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Protection.State;

/// <summary>Derives keys from the private key of the signer, so that nobody else reads what they encrypt.</summary>
internal static class SignerKey
{
    /// <summary>Derives a key by HKDF-SHA256 (RFC 5869).</summary>
    /// <param name="signer">An identity that can sign.</param>
    /// <param name="salt">Random.</param>
    /// <param name="purpose">What the key is for, with a version.</param>
    /// <param name="key">Filled; the caller zeroes it.</param>
    /// <exception cref="CertificateException">The private key can't be exported.</exception>
    public static void Derive(
        Identity signer, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose, Span<byte> key)
    {
        // Keys that lie elsewhere offer the one operation and fail the others in ways of their own.
        byte[] secret = [];
        try
        {
            secret = signer.SigningKey?.ExportPkcs8PrivateKey()
                ?? throw new CryptographicException("there is none that can sign.");
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, purpose);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new CertificateException(
                $"The private key of {signer.Certificate.Subject} can't be exported, so no state of the search can be "
                + $"kept: {e.Message}",
                "Begin anew, without Resume.", e)
            {
                Properties = [nameof(ProtectionOptions.Resume)],
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}

using System.Security.Cryptography;
using Net.Pkcs11Interop.HighLevelAPI;

namespace OnnxSplitter.Pkcs11;

/// <summary>An elliptic key on a token, that agrees on keys.</summary>
/// <remarks>
/// The token gives the bare shared secret (CKD_NULL); few can derive keys with what CMS wants to be hashed.
/// </remarks>
internal sealed class TokenEcdh : ECDiffieHellman
{
    private const byte Uncompressed = 4;

    private readonly TokenSession _session;
    private readonly IObjectHandle _key;
    private readonly ECDiffieHellman _public;

    public TokenEcdh(TokenSession session, IObjectHandle key, ECParameters publicKey)
    {
        _session = session;
        _key = key;
        _public = Create(publicKey);
        KeySizeValue = _public.KeySize;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    /// <inheritdoc/>
    public override ECDiffieHellmanPublicKey PublicKey => _public.PublicKey;

    /// <inheritdoc/>
    public override byte[] DeriveKeyFromHash(
        ECDiffieHellmanPublicKey otherPartyPublicKey, HashAlgorithmName hashAlgorithm, byte[]? secretPrepend,
        byte[]? secretAppend)
    {
        ArgumentNullException.ThrowIfNull(otherPartyPublicKey);
        var other = otherPartyPublicKey.ExportParameters().Q;
        var secret = _session.Agree(_key, [Uncompressed, .. other.X!, .. other.Y!], KeySizeValue / 8);
        try
        {
            using var hash = IncrementalHash.CreateHash(hashAlgorithm);
            hash.AppendData(secretPrepend ?? []);
            hash.AppendData(secret);
            hash.AppendData(secretAppend ?? []);
            return hash.GetHashAndReset();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The key does not leave its token.")
        : _public.ExportParameters(includePrivateParameters: false);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _public.Dispose();
            _session.Dispose();
        }

        base.Dispose(disposing);
    }
}

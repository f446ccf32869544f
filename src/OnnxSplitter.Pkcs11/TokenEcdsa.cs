using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace OnnxSplitter.Pkcs11;

/// <summary>An elliptic key on a token, that signs.</summary>
internal sealed class TokenEcdsa : ECDsa
{
    private readonly TokenSession _session;
    private readonly IObjectHandle _key;
    private readonly ECParameters _public;

    public TokenEcdsa(TokenSession session, IObjectHandle key, ECParameters publicKey)
    {
        _session = session;
        _key = key;
        _public = publicKey;
        KeySizeValue = publicKey.Q.X!.Length * 8;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash) => _session.Sign(_key, CKM.CKM_ECDSA, hash);

    /// <inheritdoc/>
    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        using var key = Create(_public);
        return key.VerifyHash(hash, signature);
    }

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The key does not leave its token.")
        : _public;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _session.Dispose();
        base.Dispose(disposing);
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace OnnxSplitter.Pkcs11;

/// <summary>An RSA key on a token: signs by PKCS#1 v1.5 or PSS, decrypts by OAEP.</summary>
/// <remarks>
/// Where a token knows OAEP with SHA-1 only (SoftHSM 2.6.1 does), it is asked for the bare RSA operation, and the
/// padding is taken off here. So such a recipient gets the same RSA-OAEP-SHA256 as any other; what is sealed does not
/// depend on what a token can do.
/// </remarks>
internal sealed class TokenRsa : RSA
{
    private readonly TokenSession _session;
    private readonly IObjectHandle _key;
    private readonly RSAParameters _public;

    public TokenRsa(TokenSession session, IObjectHandle key, RSAParameters publicKey)
    {
        _session = session;
        _key = key;
        _public = publicKey;
        KeySizeValue = publicKey.Modulus!.Length * 8;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    /// <inheritdoc/>
    public override byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)
    {
        if (padding != RSAEncryptionPadding.OaepSHA256)
            throw new CryptographicException("Only OAEP-SHA256 is supported.");
        using var parameters = _session.Parameters.CreateCkRsaPkcsOaepParams(
            (ulong)CKM.CKM_SHA256, (ulong)CKG.CKG_MGF1_SHA256, (ulong)CKZ.CKZ_DATA_SPECIFIED, null);
        return _session.TryDecrypt(_key, CKM.CKM_RSA_PKCS_OAEP, data, parameters)
            ?? OaepPadding.Decrypt(data, _public.Modulus!, Bare)
            ?? throw new CryptographicException("The data can't be decrypted.");
    }

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        var (digest, mask, oid) = hashAlgorithm.Name switch
        {
            nameof(SHA256) => (CKM.CKM_SHA256, CKG.CKG_MGF1_SHA256, "2.16.840.1.101.3.4.2.1"),
            nameof(SHA384) => (CKM.CKM_SHA384, CKG.CKG_MGF1_SHA384, "2.16.840.1.101.3.4.2.2"),
            nameof(SHA512) => (CKM.CKM_SHA512, CKG.CKG_MGF1_SHA512, "2.16.840.1.101.3.4.2.3"),
            _ => throw new CryptographicException("Only SHA-2 is supported."),
        };
        if (padding == RSASignaturePadding.Pkcs1)
            return _session.Sign(_key, CKM.CKM_RSA_PKCS, DigestInfo(oid, hash));
        using var parameters =
            _session.Parameters.CreateCkRsaPkcsPssParams((ulong)digest, (ulong)mask, (ulong)hash.Length);
        return _session.Sign(_key, CKM.CKM_RSA_PKCS_PSS, hash, parameters);
    }

    /// <inheritdoc/>
    public override RSAParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The key does not leave its token.")
        : _public;

    /// <inheritdoc/>
    public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _session.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Bare(byte[] data) => _session.TryDecrypt(_key, CKM.CKM_RSA_X_509, data)
        ?? throw new CryptographicException("The token knows neither OAEP with SHA-256 nor the bare RSA operation.");

    // RFC 8017, section 9.2, step 2.
    private static byte[] DigestInfo(string oid, byte[] hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                writer.WriteNull();
            }

            writer.WriteOctetString(hash);
        }

        return writer.Encode();
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Pkcs11;

/// <summary>Keys on tokens (HSMs, smart cards, TPMs), named by PKCS#11 URI (RFC 7512).</summary>
/// <remarks>
/// <c>pkcs11:token=LABEL;object=LABEL?module-path=LIBRARY</c>, with <c>id</c> instead of <c>object</c>, <c>serial</c>
/// and the other attributes of the token, and <c>pin-source</c> as need be. The token holds the certificate too, with
/// the key's id, as tools put it there. The private key never leaves the token.
/// </remarks>
public static class TokenKeys
{
    /// <summary>How names of keys on tokens begin.</summary>
    public const string Prefix = "pkcs11:";

    private const string UriRemedy =
        "Give pkcs11:token=LABEL;object=LABEL?module-path=LIBRARY, the library by its full path.";
    private const string ObjectRemedy = "List what is there with: pkcs11-tool --module LIBRARY --login --list-objects.";

    /// <summary>Opens a key.</summary>
    /// <param name="uri">PKCS#11 URI. Only token, object, id and type say which key.</param>
    /// <param name="pin">Asked for the token's PIN unless the URI says it; null if there is none to be had.</param>
    /// <param name="module">
    /// Full path of the PKCS#11 library where the URI names none. Its code runs in this process.
    /// </param>
    /// <returns>The identity. The caller disposes it, which ends the session with the token.</returns>
    /// <exception cref="CertificateException">The key can't be found or opened, or the PIN is wrong.</exception>
    public static Identity Load(string uri, PassphraseSource? pin = null, string? module = null)
    {
        try
        {
            var parsed = new Pkcs11Uri(uri);
            var path = parsed.ModulePath ?? module;
            if (!Path.IsPathFullyQualified(path ?? string.Empty))
                throw new CertificateException($"{uri} does not say which PKCS#11 library to load.", UriRemedy);
            var session = TokenSession.Open(path!, parsed, info => Pin(parsed, info, pin));
            try
            {
                return Find(uri, parsed, session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (Pkcs11UriException e)
        {
            throw new CertificateException($"{uri} is not a PKCS#11 URI: {e.Message}", UriRemedy, e);
        }
        catch (Exception e) when (e is Pkcs11Exception or UnmanagedException or CryptographicException)
        {
            throw new CertificateException(
                $"{uri} can't be opened: {e.Message}", "Check the library, the token and the PIN.", e);
        }
    }

    private static Identity Find(string uri, Pkcs11Uri parsed, TokenSession session)
    {
        List<IObjectAttribute> wanted = [session.Attribute(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)];
        if (parsed.Object is { } label) wanted.Add(session.Attribute(CKA.CKA_LABEL, label));
        if (parsed.Id is { } id) wanted.Add(session.Attribute(CKA.CKA_ID, id));
        var keys = session.Find(wanted);
        if (keys.Count != 1)
            throw new CertificateException(
                $"{uri} names {keys.Count} private keys.", keys.Count == 0 ? IdRemedy(parsed.Id) : ObjectRemedy);

        var certificate = Certificate(uri, session, session.Value(keys[0], CKA.CKA_ID));
        try
        {
            return Identity(session, keys[0], certificate);
        }
        catch
        {
            certificate.Dispose();
            throw;
        }
    }

    // Tools show an id's bytes in hexadecimal, which in a URI would be those of the digits (RFC 7512, section 2.3).
    private static string IdRemedy(byte[]? id) =>
        id is { Length: > 0 } && id.Length % 2 == 0 && Array.TrueForAll(id, digit => char.IsAsciiHexDigit((char)digit))
            ? $"Write each byte of the id with a percent sign: id=%{string.Join('%',
                Encoding.ASCII.GetString(id).Chunk(2).Select(pair => new string(pair)))}."
            : ObjectRemedy;

    private static X509Certificate2 Certificate(string uri, TokenSession session, byte[] id)
    {
        var found = session.Find(
            [session.Attribute(CKA.CKA_CLASS, CKO.CKO_CERTIFICATE), session.Attribute(CKA.CKA_ID, id)]);
        return found.Count == 1
            ? X509CertificateLoader.LoadCertificate(session.Value(found[0], CKA.CKA_VALUE))
            : throw new CertificateException(
                $"The token has {found.Count} certificates with the id of the key {uri}.",
                "Put one there: pkcs11-tool --module LIBRARY --login --write-object CERT.der --type cert --id ID.");
    }

    private static Identity Identity(TokenSession session, IObjectHandle key, X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return new Identity(certificate, new TokenRsa(session, key, rsa.ExportParameters(false)));

        // The platform gives no public key for what the certificate's key usage forbids.
        using var signing = certificate.GetECDsaPublicKey();
        using var agreement = certificate.GetECDiffieHellmanPublicKey();
        return new Identity(
            certificate,
            signing is null ? null : new TokenEcdsa(session, key, signing.ExportParameters(false)),
            agreement is null ? null : new TokenEcdh(session, key, agreement.ExportParameters(false)));
    }

    private static byte[]? Pin(Pkcs11Uri uri, ITokenInfo token, PassphraseSource? source)
    {
        if (uri.PinValue is { } value) return Encoding.UTF8.GetBytes(value);
        if (uri.PinSource is { } file)
        {
            // A path, or a file URI (RFC 7512, section 2.4).
            return KeyFiles.ReadPassphrase(Uri.TryCreate(file, UriKind.Absolute, out var named)
                ? named.LocalPath
                : file);
        }

        if (source?.Invoke(token.Label) is not { } spoken) return null;
        var pin = Encoding.UTF8.GetBytes(spoken);
        Array.Clear(spoken);
        return pin;
    }
}

using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.MechanismParams;
using OnnxSplitter.Secrets;

namespace OnnxSplitter.Pkcs11;

/// <summary>A session with a token, logged in. Used by one thread at a time.</summary>
internal sealed class TokenSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TokenModule _module;
    private readonly ISession _session;
    private bool _disposed;

    private TokenSession(TokenModule module, ISession session)
    {
        _module = module;
        _session = session;
    }

    /// <summary>Finds the one token that a URI names, and logs in where it wants that.</summary>
    /// <exception cref="CertificateException">There is no such token, or no PIN.</exception>
    /// <exception cref="Pkcs11Exception">The library or the token refuses.</exception>
    public static TokenSession Open(string path, Pkcs11Uri uri, Func<ITokenInfo, byte[]?> pin)
    {
        var module = TokenModule.Load(path);
        try
        {
            var slots = Pkcs11UriUtils.GetMatchingSlotList(uri, module.Library, SlotsType.WithTokenPresent)
                .Where(slot => slot.GetTokenInfo().TokenFlags.TokenInitialized).ToList();
            if (slots.Count != 1)
                throw new CertificateException(
                    $"{slots.Count} tokens fit the PKCS#11 URI.",
                    $"Name one by its label or serial; list them with: pkcs11-tool --module {path} --list-slots.");
            var session = slots[0].OpenSession(SessionType.ReadOnly);
            try
            {
                LogIn(session, slots[0].GetTokenInfo(), pin);
                return new TokenSession(module, session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    public IObjectAttribute Attribute(CKA type, string value) => Attributes.Create(type, value);

    public IObjectAttribute Attribute(CKA type, byte[] value) => Attributes.Create(type, value);

    public IObjectAttribute Attribute(CKA type, CKO value) => Attributes.Create(type, value);

    public List<IObjectHandle> Find(List<IObjectAttribute> wanted)
    {
        lock (_lock) return _session.FindAllObjects(wanted);
    }

    /// <summary>An attribute's value; empty if the object has none.</summary>
    public byte[] Value(IObjectHandle handle, CKA type)
    {
        lock (_lock) return _session.GetAttributeValue(handle, [type])[0].GetValueAsByteArray() ?? [];
    }

    /// <summary>Signs what the mechanism takes.</summary>
    public byte[] Sign(IObjectHandle key, CKM mechanism, byte[] data, IMechanismParams? parameters = null)
    {
        lock (_lock)
        {
            using var with = Mechanism(mechanism, parameters);
            return Guarded(() => _session.Sign(with, key, data));
        }
    }

    /// <summary>Decrypts; null if the token does not know the mechanism with these parameters.</summary>
    public byte[]? TryDecrypt(IObjectHandle key, CKM mechanism, byte[] data, IMechanismParams? parameters = null)
    {
        lock (_lock)
        {
            using var with = Mechanism(mechanism, parameters);
            try
            {
                return Guarded(() => _session.Decrypt(with, key, data));
            }
            catch (CryptographicException e) when (e.InnerException is Pkcs11Exception { Method: "C_DecryptInit" })
            {
                return null;
            }
        }
    }

    /// <summary>The shared secret of ECDH.</summary>
    /// <param name="key">Private key.</param>
    /// <param name="point">The other side's public key, uncompressed.</param>
    /// <param name="length">Bytes of the secret.</param>
    /// <returns>The secret, which the caller zeroes.</returns>
    public byte[] Agree(IObjectHandle key, byte[] point, int length)
    {
        lock (_lock)
        {
            using var parameters = Parameters.CreateCkEcdh1DeriveParams((ulong)CKD.CKD_NULL, null, point);
            using var with = Mechanism(CKM.CKM_ECDH1_DERIVE, parameters);
            return Guarded(() =>
            {
                var secret = _session.DeriveKey(with, key,
                [
                    Attributes.Create(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY),
                    Attributes.Create(CKA.CKA_KEY_TYPE, CKK.CKK_GENERIC_SECRET),
                    Attributes.Create(CKA.CKA_TOKEN, false),
                    Attributes.Create(CKA.CKA_SENSITIVE, false),
                    Attributes.Create(CKA.CKA_EXTRACTABLE, true),
                    Attributes.Create(CKA.CKA_VALUE_LEN, (ulong)length),
                ]);
                try
                {
                    return _session.GetAttributeValue(secret, [CKA.CKA_VALUE])[0].GetValueAsByteArray();
                }
                finally
                {
                    _session.DestroyObject(secret);
                }
            });
        }
    }

    public Net.Pkcs11Interop.HighLevelAPI.Factories.IMechanismParamsFactory Parameters =>
        _session.Factories.MechanismParamsFactory;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _session.Dispose();
            _module.Dispose();
        }
    }

    private Net.Pkcs11Interop.HighLevelAPI.Factories.IObjectAttributeFactory Attributes =>
        _session.Factories.ObjectAttributeFactory;

    private IMechanism Mechanism(CKM type, IMechanismParams? parameters) => parameters is null
        ? _session.Factories.MechanismFactory.Create(type)
        : _session.Factories.MechanismFactory.Create(type, parameters);

    private static void LogIn(ISession session, ITokenInfo token, Func<ITokenInfo, byte[]?> pin)
    {
        if (!token.TokenFlags.LoginRequired) return;
        var spoken = pin(token) ?? throw new CertificateException(
            $"The token {token.Label} wants a PIN, and none is given.",
            "Add pin-source=FILE to the URI, or give the PIN as the Passphrase.")
        {
            Properties = ["Passphrase"],
        };
        try
        {
            session.Login(CKU.CKU_USER, spoken);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another session of this process logged in: that counts for all.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(spoken);
        }
    }

    // Callers expect of a key what they expect of the platform's.
    private static T Guarded<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Pkcs11Exception e)
        {
            throw new CryptographicException($"The token refuses: {e.RV}.", e);
        }
    }
}

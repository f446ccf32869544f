using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Pkcs11;

/// <summary>Loads an identity by a name that says where it lies.</summary>
public static class IdentitySource
{
    /// <summary>Loads an identity.</summary>
    /// <param name="name">
    /// Path of a PEM or PFX file, a PKCS#11 URI, <c>store:THUMBPRINT</c>, or <c>exec:COMMAND</c>.
    /// </param>
    /// <param name="passphrase">Says a file's passphrase or a token's PIN; null if there is none to be had.</param>
    /// <param name="module">Full path of the PKCS#11 library where the URI names none.</param>
    /// <returns>The identity. The caller disposes it.</returns>
    /// <exception cref="Secrets.CertificateException">It can't be found or opened.</exception>
    public static Identity Load(string name, PassphraseSource? passphrase = null, string? module = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (IsToken(name)) return TokenKeys.Load(name, passphrase, module);
        if (IsCommand(name)) return CommandKeys.Load(name, passphrase);
        return IsFile(name) ? KeyFiles.LoadIdentity(name, passphrase) : StoredKeys.Load(name);
    }

    /// <summary>Whether a name is a file's path.</summary>
    public static bool IsFile(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !IsToken(name) && !IsCommand(name) && !name.StartsWith(StoredKeys.Prefix, StringComparison.Ordinal);
    }

    private static bool IsCommand(string name) => name.StartsWith(CommandKeys.Prefix, StringComparison.Ordinal);

    private static bool IsToken(string name) => name.StartsWith(TokenKeys.Prefix, StringComparison.Ordinal);
}

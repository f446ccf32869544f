using OnnxSplitter.Runtime;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Where a protected model, its secrets and the keys for them are; bound from configuration.</summary>
/// <remarks>
/// Nothing secret stands here: passphrases and PINs are in a file of their own. Changes of these values count from the
/// next start of the host.
/// </remarks>
public sealed class ProtectedModelServiceOptions
{
    /// <summary>Path of the obfuscated model; its data files lie beside it.</summary>
    public string Model { get; set; } = string.Empty;

    /// <summary>Path of the secrets file.</summary>
    public string Secrets { get; set; } = string.Empty;

    /// <summary>Path of the certificate that vouches for the secrets: the vendor's own, or an authority's.</summary>
    public string Trust { get; set; } = string.Empty;

    /// <summary>
    /// Common name of the signer that the authority at <see cref="Trust"/> has issued a certificate to; null if that
    /// certificate is the signer's own.
    /// </summary>
    public string? SignerName { get; set; }

    /// <summary>
    /// Whom the secrets are sealed to: path of a PEM or PFX file, a PKCS#11 URI, or <c>store:THUMBPRINT</c>.
    /// </summary>
    public string Identity { get; set; } = string.Empty;

    /// <summary>
    /// File whose first line is the passphrase or PIN of <see cref="Identity"/>; null if it needs none.
    /// </summary>
    public string? PassphraseFile { get; set; }

    /// <summary>Full path of the PKCS#11 library, where the URI names none.</summary>
    public string? Pkcs11Module { get; set; }

    /// <summary>The audience that this host is, for the secrets' terms; null for none.</summary>
    public string? Audience { get; set; }

    /// <summary>When digests of data files are compared.</summary>
    public DataDigests Digests { get; set; }

    /// <summary>What the session options may ask for though it brings weights to the disk.</summary>
    public SessionWrites Allowed { get; set; }

    /// <summary>How often the files are looked at for changes; zero or less for never.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);
}

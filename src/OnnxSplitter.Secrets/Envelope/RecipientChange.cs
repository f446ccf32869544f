using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope.Recipients;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Seals a secrets file anew for a changed set of recipients.</summary>
/// <remarks>
/// An envelope names its recipients but does not hold their certificates, so the content key stays, and with it the
/// ciphertext and what was sealed for those who stay. That costs nothing: whoever is removed could read the same
/// content before, and no change of keys would take that back. The result has a new signature, which only the signer
/// can make.
/// </remarks>
public static class RecipientChange
{
    /// <summary>Adds recipients.</summary>
    /// <param name="file">The secrets file's content.</param>
    /// <param name="trustedSigner">Whose signature the file must have.</param>
    /// <param name="signer">Signs the result. Still the caller's to dispose.</param>
    /// <param name="identities">At least one that opens the file. Still the caller's to dispose.</param>
    /// <param name="added">Certificates that the file does not name yet, at least one.</param>
    /// <param name="options">How the result is sealed; null for the usual way.</param>
    /// <returns>The new file's content.</returns>
    /// <exception cref="SecretsException">Not trusted, or not opened.</exception>
    /// <exception cref="CertificateException">A certificate or a key can't be used, or is there already.</exception>
    /// <exception cref="SecretsFileException">The result is too long.</exception>
    public static byte[] Add(
        ReadOnlyMemory<byte> file,
        TrustedSigner trustedSigner,
        Identity signer,
        IReadOnlyList<Identity> identities,
        IReadOnlyList<X509Certificate2> added,
        SealOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(identities);
        CertificateRules.CheckIdentities(identities);
        CertificateRules.CheckRecipients(added, DateTimeOffset.UtcNow);
        var shape = EnvelopeSignature.ReadTrusted(file, trustedSigner);
        var present = shape.Enveloped.Recipients;
        if (added.FirstOrDefault(x => present.Any(old => old.Address.Matches(x))) is { } twice)
            throw new CertificateException(
                $"The secrets are sealed to {twice.Subject} already.", "Leave it out.");
        if (present.Count + added.Count > EnvelopedContent.MaxRecipients)
            throw new CertificateException(
                $"The secrets would have {present.Count + added.Count} recipients; a file opens for at most "
                + $"{EnvelopedContent.MaxRecipients}.",
                "Protect the model once for each group of recipients.");
        var contentKey = shape.Enveloped.OpenContentKey(identities) ?? throw shape.Enveloped.NotOpened(identities);
        try
        {
            return Seal(shape, signer, [.. present, .. added.Select(x => SealedKey.Seal(x, contentKey))], options);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Removes recipients. What they were handed out, they keep.</summary>
    /// <param name="file">The secrets file's content.</param>
    /// <param name="trustedSigner">Whose signature the file must have.</param>
    /// <param name="signer">Signs the result. Still the caller's to dispose.</param>
    /// <param name="removed">Picks those to remove. One must stay.</param>
    /// <param name="options">How the result is sealed; null for the usual way.</param>
    /// <returns>The new file's content.</returns>
    /// <exception cref="SecretsException">Not trusted.</exception>
    /// <exception cref="CertificateException">
    /// The signer can't be used, or nobody or everybody would be removed.
    /// </exception>
    public static byte[] Remove(
        ReadOnlyMemory<byte> file,
        TrustedSigner trustedSigner,
        Identity signer,
        Func<EnvelopeRecipient, bool> removed,
        SealOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(removed);
        var shape = EnvelopeSignature.ReadTrusted(file, trustedSigner);
        var present = shape.Enveloped.Recipients;
        SealedKey[] staying = [.. present.Where(key => !removed(new EnvelopeRecipient(key)))];
        if (staying.Length == 0)
            throw new CertificateException(
                "Every recipient would be removed: nobody could open the secrets.",
                "Let one stay, or delete the file.");
        if (staying.Length == present.Count)
            throw new CertificateException(
                "None of these is a recipient of the secrets.",
                "Look up whom the file names; inspecting it needs no key.");
        return Seal(shape, signer, staying, options);
    }

    private static byte[] Seal(
        SignedShape shape, Identity signer, IReadOnlyList<SealedKey> recipients, SealOptions? options) =>
        EnvelopeSignature.Make(
            shape.Enveloped with { Recipients = recipients }, signer, withCertificate: shape.Certificate is not null,
            (options ?? new SealOptions()) with { Terms = options?.Terms ?? shape.Terms });
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Envelope.Recipients;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>
/// The EnvelopedData (RFC 5652, section 6) inside an envelope: AES-256-CBC, its key sealed for every recipient.
/// </summary>
/// <param name="Recipients">The content key for each recipient, of RSA and elliptic keys alike.</param>
/// <param name="InitialValue">16 bytes.</param>
/// <param name="Ciphertext">Whole blocks, PKCS#7 padding inside.</param>
/// <remarks>
/// Written and read here, because the platform's EnvelopedCms knows no key agreement. Everything but the values is
/// fixed: what sealing does not give is refused before any key is used.
/// </remarks>
internal sealed record EnvelopedContent(
    IReadOnlyList<SealedKey> Recipients, ReadOnlyMemory<byte> InitialValue, ReadOnlyMemory<byte> Ciphertext)
{
    /// <summary>What the content encryption is called where people read it.</summary>
    public const string Encryption = "AES-256-CBC";

    /// <summary>Most recipients of a file.</summary>
    public const int MaxRecipients = 1000;

    private const int BlockBytes = 16;

    // In a message; listing them names all.
    private const int MostNamed = 3;

    // RFC 5652, section 6.1.
    private int Version => Recipients.All(recipient => recipient.Version == 0) ? 0 : 2;

    /// <summary>Encrypts with a new content key.</summary>
    /// <exception cref="CryptographicException">A recipient's key can't be used.</exception>
    public static EnvelopedContent Encrypt(ReadOnlySpan<byte> plaintext, IEnumerable<X509Certificate2> recipients)
    {
        var contentKey = RandomNumberGenerator.GetBytes(SealedKey.ContentKeyBytes);
        try
        {
            using var aes = Aes.Create();
            aes.SetKey(contentKey);
            var initialValue = RandomNumberGenerator.GetBytes(BlockBytes);
            return new EnvelopedContent(
                [.. recipients.Select(recipient => SealedKey.Seal(recipient, contentKey))],
                initialValue,
                aes.EncryptCbc(plaintext, initialValue));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Reads the form, without any key.</summary>
    /// <exception cref="AsnContentException">It is another form, or has other algorithms.</exception>
    public static EnvelopedContent Read(ReadOnlyMemory<byte> der)
    {
        var whole = Whole(der);
        var contentInfo = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        Expect(contentInfo.ReadObjectIdentifier() == CmsNames.EnvelopedData);
        var enveloped = contentInfo.ReadExplicitSequence(0);
        contentInfo.ThrowIfNotEmpty();

        Expect(enveloped.TryReadInt32(out var version));
        var infos = enveloped.ReadSetOf();
        var recipients = new List<SealedKey>();
        while (infos.HasData)
        {
            Expect(recipients.Count < MaxRecipients);
            recipients.Add(SealedKey.Read(infos));
        }

        var encrypted = enveloped.ReadSequence();
        enveloped.ThrowIfNotEmpty();
        Expect(encrypted.ReadObjectIdentifier() == CmsNames.Data);
        var algorithm = encrypted.ReadSequence();
        Expect(algorithm.ReadObjectIdentifier() == CmsNames.Aes256Cbc);
        var initialValue = algorithm.ReadOctets();
        algorithm.ThrowIfNotEmpty();
        var ciphertext = encrypted.ReadOctets(Context(0));
        encrypted.ThrowIfNotEmpty();

        var content = new EnvelopedContent(recipients, initialValue, ciphertext);
        Expect(recipients.Count > 0 && version == content.Version);
        Expect(initialValue.Length == BlockBytes && ciphertext.Length > 0 && ciphertext.Length % BlockBytes == 0);
        return content;
    }

    /// <summary>Encodes it as a ContentInfo.</summary>
    public byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsNames.EnvelopedData);
            using (writer.PushSequence(Context(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(Version);
                using (writer.PushSetOf())
                    foreach (var recipient in Recipients) writer.WriteEncodedValue(recipient.Encoded.Span);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CmsNames.Data);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(CmsNames.Aes256Cbc);
                        writer.WriteOctetString(InitialValue.Span);
                    }

                    writer.WriteOctetString(Ciphertext.Span, Context(0));
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Decrypts content whose signature was verified before.</summary>
    /// <param name="identities">Tried in this order.</param>
    /// <returns>The plaintext, which the caller zeroes, or null if no identity gives it.</returns>
    public byte[]? Decrypt(IEnumerable<Identity> identities)
    {
        if (OpenContentKey(identities) is not { } contentKey) return null;
        try
        {
            using var aes = Aes.Create();
            aes.SetKey(contentKey);
            return aes.DecryptCbc(Ciphertext.Span, InitialValue.Span);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>The one refusal of whatever does not open, whether or not an identity is among those named.</summary>
    /// <param name="identities">Which were tried.</param>
    public SecretsException NotOpened(IEnumerable<Identity> identities) => SecretsException.NotOpened(
        $": they are sealed to {Some(Recipients.Select(recipient => $"{recipient.Address}"))}; given was "
        + Some(identities.Select(identity =>
            $"{identity.Certificate.Subject} ({RecipientAddress.Of(identity.Certificate)})")));

    private static string Some(IEnumerable<string> all)
    {
        string[] names = [.. all];
        return string.Join("; ", names.Take(MostNamed))
            + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "");
    }

    /// <summary>Opens the content key.</summary>
    /// <param name="identities">Tried in this order.</param>
    /// <returns>The key, which the caller zeroes, or null if no identity opens it.</returns>
    public byte[]? OpenContentKey(IEnumerable<Identity> identities)
    {
        foreach (var identity in identities)
        {
            foreach (var recipient in Recipients.Where(recipient => recipient.Address.Matches(identity.Certificate)))
            {
                try
                {
                    if (recipient.Open(identity) is { } contentKey) return contentKey;
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    // Another recipient or identity may still open it; why this one did not is nobody's business.
                    // A key may be a caller's own object: what it throws is not known here.
                }
            }
        }

        return null;
    }
}

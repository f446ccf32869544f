namespace OnnxSplitter.Secrets.Envelope;

/// <summary>What an envelope says about itself. Nothing of it is verified: anyone can write such a file.</summary>
/// <param name="Signer">
/// Subject of the signer's certificate; <c>issuer, serial number</c> where the file holds no certificate.
/// </param>
/// <param name="SignerSha256">SHA-256 fingerprint of the signer's certificate, lower hex; null without one.</param>
/// <param name="SignerCertificate">DER of the signer's certificate, as embedded in the file; null without one.</param>
/// <param name="Recipients">Who it says can open it.</param>
/// <param name="SigningTime">When it says that it was signed, UTC.</param>
/// <param name="Terms">For whom and for how long it says that it may be used; null for anybody and for ever.</param>
/// <param name="ContentEncryption">Name of the content encryption algorithm, <c>AES-256-CBC</c>.</param>
/// <param name="Length">Bytes of the whole file.</param>
public sealed record EnvelopeInfo(
    string Signer,
    string? SignerSha256,
    ReadOnlyMemory<byte>? SignerCertificate,
    IReadOnlyList<EnvelopeRecipient> Recipients,
    DateTimeOffset SigningTime,
    SecretsTerms? Terms,
    string ContentEncryption,
    long Length);

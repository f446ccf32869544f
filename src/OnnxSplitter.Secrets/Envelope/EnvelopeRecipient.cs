using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Envelope.Recipients;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>A recipient that an envelope names.</summary>
public sealed record EnvelopeRecipient
{
    private readonly RecipientAddress _address;

    internal EnvelopeRecipient(SealedKey key)
    {
        _address = key.Address;
        Kind = key.Kind;
    }

    /// <summary>Subject key identifier in capital hexadecimal, or <c>issuer, serial number</c>.</summary>
    public string Address => _address.ToString();

    /// <summary>The key that opens it, such as <c>RSA 3072</c> or <c>EC P-256</c>.</summary>
    public string Kind { get; }

    /// <summary>Whether the envelope means this certificate.</summary>
    public bool Names(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _address.Matches(certificate);
    }

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}

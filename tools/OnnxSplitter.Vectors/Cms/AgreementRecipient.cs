using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>
/// A KeyAgreeRecipientInfo (RFC 5652, section 6.2.2; RFC 5753) that wraps no key: good in form, each part can be made
/// wrong.
/// </summary>
internal sealed record AgreementRecipient(X509Certificate2 Certificate)
{
    public const string Sha1Scheme = "1.3.133.16.840.63.0.2";
    public const string Sha256Scheme = "1.3.132.1.11.1";

    private const string EcPublicKey = "1.2.840.10045.2.1";

    public string Scheme { get; init; } = Sha256Scheme;

    public string Wrap { get; init; } = Names.Aes256Wrap;

    /// <summary>What becomes of the sender's ephemeral point.</summary>
    public Func<byte[], byte[]> Point { get; init; } = point => point;

    public int WrappedLength { get; init; } = 40;

    /// <summary>How many recipients there are in one.</summary>
    public int Keys { get; init; } = 1;

    public byte[] Encode()
    {
        using var key = Certificate.GetECDiffieHellmanPublicKey()!;
        using var ephemeral = ECDiffieHellman.Create(key.ExportParameters(includePrivateParameters: false).Curve);
        var q = ephemeral.ExportParameters(includePrivateParameters: false).Q;
        return Der.Of(writer =>
        {
            using var info = writer.PushSequence(Der.Context(1));
            writer.WriteInteger(3);
            using (writer.PushSequence(Der.Context(0)))
            {
                using var originator = writer.PushSequence(Der.Context(1));
                writer.WriteEncodedValue(Der.Algorithm(EcPublicKey));
                writer.WriteBitString(Point([4, .. q.X!, .. q.Y!]));
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Scheme);
                writer.WriteEncodedValue(Der.Algorithm(Wrap));
            }

            using var all = writer.PushSequence();
            for (var i = 0; i < Keys; i++)
            {
                using var one = writer.PushSequence();
                using (writer.PushSequence(Der.Context(0)))
                    writer.WriteOctetString(Recipient.IdentifierOf(Certificate));
                writer.WriteOctetString(new byte[WrappedLength]);
            }
        });
    }
}

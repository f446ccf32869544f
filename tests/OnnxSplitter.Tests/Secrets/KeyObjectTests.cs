using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>
/// Key objects of callers, such as keys in a cloud: they offer one operation, and fail in ways of their own.
/// </summary>
public sealed class KeyObjectTests
{
    private static readonly Dictionary<string, Func<Exception>> Failures = new(StringComparer.Ordinal)
    {
        ["refuses"] = () => new CryptographicException("The service refuses."),
        ["does not decrypt"] = () => new NotSupportedException(),
        ["is not written yet"] = () => new NotImplementedException(),
        ["is out of reach"] = () => new HttpRequestException("No route to host."),
        ["takes too long"] = () => new TaskCanceledException(),
    };

    public static TheoryData<string> FailureNames => [.. Failures.Keys];

    [Fact]
    public void A_key_that_only_decrypts_opens()
    {
        using var alice = new Identity(PublicPart(Alice), new OnlyDecrypts(() => Alice.GetRSAPrivateKey()!));
        SecretsEnvelope.Open(SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice]), Pin(), [alice]).Dispose();
    }

    [Theory]
    [MemberData(nameof(FailureNames))]
    public void Where_one_key_fails_the_next_is_tried(string failure)
    {
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice, Bob]);
        using var broken = new Identity(PublicPart(Alice), new OnlyDecrypts(() => throw Failures[failure]()));
        using var bob = Identity.Of(Bob);
        using var signer = Identity.Of(Signer);

        SecretsEnvelope.Open(file, Pin(), [broken, bob]).Dispose();
        var more = RecipientChange.Add(file, Pin(), signer, [broken, bob], [Dora]);

        Assert.Equal(3, SecretsEnvelope.Inspect(more).Recipients.Count);
        NotOpened(() => SecretsEnvelope.Open(file, Pin(), [broken, broken]));
        NotOpened(() => RecipientChange.Add(file, Pin(), signer, [broken], [Dora]));
    }

    private static TrustedSigner Pin() => TrustedSigner.Pinned(PublicPart(Signer));

    private static void NotOpened(Func<object> use)
    {
        var e = Assert.Throws<SecretsException>(use);
        Assert.Equal(SecretsFailure.NotOpened, e.Failure);
        Assert.Null(e.InnerException);
    }

    private sealed class OnlyDecrypts(Func<RSA> key) : RSA
    {
        public override byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)
        {
            using var rsa = key();
            return rsa.Decrypt(data, padding);
        }

        public override RSAParameters ExportParameters(bool includePrivateParameters) =>
            throw new NotSupportedException();

        public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException();
    }
}

using System.Security.Cryptography;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Vectors;

namespace OnnxSplitter.Tests.Secrets.Vectors;

/// <summary>All secrets files under <c>tests/vectors/secrets</c> get the answer that they name.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> Paths => [.. VectorFile.All];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_vector_gets_the_answer_that_it_names(string path)
    {
        var vector = VectorFile.Read(path);
        Assert.Equal(vector.Expect, Path.GetDirectoryName(path)!.Replace('-', ' '));
        switch (vector.Expect)
        {
            case Outcome.Success:
                var restored = Restore(vector, out var secrets);
                Assert.Equal(secrets.Files[0].Sha256Restored, SHA256.HashData(restored));
                if (!secrets.IsCompact)
                    Assert.Equal(File.ReadAllBytes(vector.Model.Replace("obfuscated", "original", StringComparison.Ordinal)), restored);
                break;
            case Outcome.NotForYou or Outcome.Payload:
                Refused(vector, SecretsFailure.NotOpened);
                break;
            case Outcome.Signature or Outcome.Envelope:
                Refused(vector, SecretsFailure.NotTrusted);
                break;
            case Outcome.OtherTerms:
                Assert.Throws<TermsException>(() => Restore(vector, out _));
                break;
            default:
                Assert.Equal(Outcome.Digest, vector.Expect);
                Assert.Throws<ModelMismatchException>(() => Restore(vector, out _));
                break;
        }
    }

    [Fact]
    public void The_generator_makes_these_vectors_and_no_others()
    {
        Assert.Equal(VectorFile.All, VectorList.All(new Workshop(VectorFile.Folder)).Select(vector => vector.Path).Order(StringComparer.Ordinal));
    }

    private static void Refused(VectorFile vector, SecretsFailure failure)
    {
        var e = Assert.Throws<SecretsException>(() => Restore(vector, out _));
        Assert.Equal(failure, e.Failure);
        Assert.Null(e.InnerException);
    }

    private static byte[] Restore(VectorFile vector, out OnnxSplitter.Secrets.Payload.ModelSecrets secrets)
    {
        using var certificate = TestKeys.PublicPart(VectorFile.Key(vector.Authority ?? vector.Signer));
        var trusted = vector.Authority is null
            ? TrustedSigner.Pinned(certificate)
            : TrustedSigner.IssuedBy(certificate, vector.Signer);
        SecretsException? refused = null;
        foreach (var name in vector.Identities)
        {
            using var identity = Identity.Of(VectorFile.Key(name));
            try
            {
                secrets = SecretsEnvelope.Open(
                    vector.Secrets, trusted, [identity], new OpenOptions { Audience = vector.Audience });
                return ModelRestorer.RestoreInMemory(vector.Model, secrets);
            }
            catch (SecretsException e)
            {
                refused = e;
            }
        }

        throw refused!;
    }
}

using System.Security.Cryptography;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Vectors;
using OnnxSplitter.Vectors.Samples;

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
                {
                    var original = vector.Model.Replace("obfuscated", "original", StringComparison.Ordinal);
                    Assert.Equal(File.ReadAllBytes(original), restored);
                }

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

    public static TheoryData<string> Successes =>
        [.. VectorFile.All.Where(path => path.StartsWith(Outcome.Success, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Successes))]
    public void What_was_sealed_before_is_written_byte_for_byte_the_same_today(string path)
    {
        var vector = VectorFile.Read(path);
        Identity[] identities = [.. vector.Identities.Select(name => Identity.Of(VectorFile.Key(name)))];
        var shape = EnvelopeSignature.ReadTrusted(vector.Secrets, Trusted(vector));
        var payload = shape.Enveloped.Decrypt(identities)!;

        using var secrets = ModelSecretsCodec.Decode(payload);

        Assert.Equal(payload, ModelSecretsCodec.Encode(secrets));
        Assert.Equal(shape.Content.ToArray(), shape.Enveloped.Write());
    }

    [Fact]
    public void The_generator_makes_these_vectors_and_no_others()
    {
        var made = VectorList.All(new Workshop(VectorFile.Folder)).Select(vector => vector.Path);
        Assert.Equal(VectorFile.All, made.Order(StringComparer.Ordinal));
    }

    private static void Refused(VectorFile vector, SecretsFailure failure)
    {
        var e = Assert.Throws<SecretsException>(() => Restore(vector, out _));
        Assert.Equal(failure, e.Failure);
        Assert.Null(e.InnerException);
    }

    private static byte[] Restore(VectorFile vector, out ModelSecrets secrets)
    {
        var trusted = Trusted(vector);
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

    private static TrustedSigner Trusted(VectorFile vector)
    {
        var certificate = TestKeys.PublicPart(VectorFile.Key(vector.Authority ?? vector.Signer));
        return vector.Authority is null
            ? TrustedSigner.Pinned(certificate)
            : TrustedSigner.IssuedBy(certificate, vector.Signer);
    }
}

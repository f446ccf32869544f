using System.Formats.Asn1;
using System.Security.Cryptography;
using CsCheck;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

public sealed class SecretsTermsTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2027, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "device", true)]
    [InlineData("device", "device", true)]
    [InlineData("device", "Device", false)]
    [InlineData("device", "", false)]
    [InlineData("device", null, false)]
    public void Secrets_open_for_their_audience_alone(string? wanted, string? given, bool allowed)
    {
        var file = Seal(new SecretsTerms { Audience = wanted, NotAfter = Until });
        var options = new OpenOptions { Audience = given, Clock = new Clock(From) };

        if (allowed) Open(file, options).Dispose();
        else Assert.Throws<TermsException>(() => Open(file, options));
        Open(file, options with { IgnoreTerms = true }).Dispose();
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(365 * 24 * 3600, true)]
    [InlineData(365 * 24 * 3600 + 1, false)]
    public void Secrets_open_between_their_times(int seconds, bool allowed)
    {
        var file = Seal(new SecretsTerms { NotBefore = From, NotAfter = Until });
        var options = new OpenOptions { Clock = new Clock(From.AddSeconds(seconds)) };

        if (allowed) Open(file, options).Dispose();
        else Assert.Throws<TermsException>(() => Open(file, options));
    }

    [Fact]
    public void Any_terms_come_back_and_are_part_of_what_is_signed()
    {
        var time = Gen.Int[0, int.MaxValue].Select(seconds => DateTimeOffset.UnixEpoch.AddSeconds(seconds));
        Gen.Select(Gen.String.Where(x => x.Length is > 0 and <= 256 && !x.Any(char.IsControl) && IsWhole(x)), time,
            time, Gen.Int[0, 7])
            .Holds(drawn =>
            {
                var (audience, first, second, which) = drawn;
                var terms = new SecretsTerms
                {
                    Audience = (which & 1) != 0 ? audience : null,
                    NotBefore = (which & 2) != 0 ? (first < second ? first : second) : null,
                    NotAfter = (which & 4) != 0 ? (first < second ? second : first) : null,
                };
                var file = Seal(terms);
                Assert.Equal(terms.IsEmpty ? null : terms, SecretsEnvelope.Inspect(file).Terms);
                SecretsEnvelope.CheckSignature(file, Signer);
            }, draws: 60);

        var sealedFile = Seal(new SecretsTerms { Audience = "the audience" });
        sealedFile[sealedFile.AsSpan().IndexOf("the audience"u8)] ^= 1;
        Assert.Equal(
            SecretsFailure.NotTrusted,
            Assert.Throws<SecretsException>(() => Open(sealedFile, new OpenOptions())).Failure);
    }

    [Fact]
    public void Forms_that_sealing_does_not_give_are_not_trusted_even_if_signed()
    {
        var content = ForeignEnvelope.Encrypt(ModelSecretsCodec.Encode(SampleSecrets.Of()), Alice);
        SecretsEnvelope.CheckSignature(Signed(Terms("a", 2026, 2027)), Signer);
        foreach (var attribute in new[]
        {
            Terms(null, null, null), Terms("", 2026, null), Terms("a\u0001", null, null),
            Terms(new string('a', 257), null, null),
            Terms("a", 2027, 2026), WithNull(Terms("a", 2026, 2027)),
        })
        {
            Assert.Throws<SecretsException>(() => SecretsEnvelope.CheckSignature(Signed(attribute), Signer));
        }

        byte[] Signed(byte[] attribute) => ForeignEnvelope.Sign(
            content, change: by => by.SignedAttributes.Add(new AsnEncodedData(new Oid(CmsNames.Terms), attribute)))
                .Encode();
    }

    [Fact]
    public void Terms_that_cannot_be_meant_are_not_sealed()
    {
        foreach (var terms in new[]
        {
            new SecretsTerms { Audience = "" }, new SecretsTerms { Audience = new string('a', 257) },
            new SecretsTerms { Audience = "a\nb" }, new SecretsTerms { NotBefore = Until, NotAfter = From },
        })
        {
            Assert.NotNull(terms.Problem());
            Assert.Throws<ArgumentException>(() => Seal(terms));
        }
    }

    [Fact]
    public void Terms_stay_when_recipients_change()
    {
        var terms = new SecretsTerms { Audience = "device", NotAfter = Until };
        using var signer = Identity.Of(Signer);
        using var alice = Identity.Of(Alice);
        var more = RecipientChange.Add(Seal(terms), Signer, signer, [alice], [Dora]);

        Assert.Equal(terms, SecretsEnvelope.Inspect(more).Terms);
        Assert.Equal(terms,
            SecretsEnvelope.Inspect(RecipientChange.Remove(more, Signer, signer, x => x.Names(Alice))).Terms);
    }

    [Fact]
    public void OpenSsl_verifies_secrets_with_terms()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        using var made = KeyFiles.Create("vendor");
        using var signer = Identity.Of(made);
        KeyFiles.WritePem(made, folder["v.pem"], folder["v.crt"], overwrite: false);
        File.WriteAllBytes(folder["secrets.p7m"], SecretsEnvelope.Seal(
            SampleSecrets.Of(), signer, [Alice],
            new SealOptions { Terms = new SecretsTerms { Audience = "a", NotAfter = Until } }));
        Peer.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder["secrets.p7m"],
            "-CAfile", folder["v.crt"], "-out", folder["enveloped.der"]);
    }

    private static byte[] Seal(SecretsTerms terms)
    {
        using var signer = Identity.Of(Signer);
        return SecretsEnvelope.Seal(SampleSecrets.Of(), signer, [Alice], new SealOptions { Terms = terms });
    }

    private static ModelSecrets Open(byte[] file, OpenOptions options)
    {
        using var alice = Identity.Of(Alice);
        return SecretsEnvelope.Open(file, Signer, [alice], options);
    }

    private static byte[] Terms(string? audience, int? from, int? until)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (audience is not null)
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, audience,
                    new Asn1Tag(TagClass.ContextSpecific, 0));
            if (from is { } first) Write(first, 1);
            if (until is { } second) Write(second, 2);
        }

        return writer.Encode();

        void Write(int year, int tag) => writer.WriteGeneralizedTime(
            new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero), omitFractionalSeconds: true,
            new Asn1Tag(TagClass.ContextSpecific, tag));
    }

    // One more element in the sequence.
    private static byte[] WithNull(byte[] terms)
    {
        terms[1] += 2;
        return [.. terms, 0x05, 0x00];
    }

    private static bool IsWhole(string text) =>
        text == System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

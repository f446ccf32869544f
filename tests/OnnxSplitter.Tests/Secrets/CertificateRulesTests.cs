using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>What sealing would refuse can be asked before.</summary>
public sealed class CertificateRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void Certificates_are_judged_for_the_time_that_is_given_ends_included()
    {
        using var signer = Identity.Of(Signer);
        foreach (var time in new[] { new DateTimeOffset(Alice.NotBefore), Now, new DateTimeOffset(Alice.NotAfter) })
            CertificateRules.CheckRecipient(Alice, time);
        foreach (var time in new[] { new DateTimeOffset(Signer.NotBefore), Now, new DateTimeOffset(Signer.NotAfter) })
            CertificateRules.CheckSigner(signer, time);

        foreach (var time in new[] { Now.AddDays(-2), Now.AddDays(31) })
        {
            Refused("not now", () => CertificateRules.CheckRecipient(Alice, time));
            Refused("not now", () => CertificateRules.CheckRecipients([Bob, Alice], time));
            Refused("not now", () => CertificateRules.CheckSigner(signer, time));
        }
    }

    [Fact]
    public void Keys_are_refused_that_sealing_would_refuse()
    {
        using var weak = Identity.Of(Weak);
        using var without = Identity.Of(PublicPart(Signer));

        Refused("neither an RSA key", () => CertificateRules.CheckRecipient(Weak, Now));
        Refused("neither an RSA key", () => CertificateRules.CheckRecipient(OtherCurve, Now));
        Refused("no recipient", () => CertificateRules.CheckRecipients([], Now));
        Refused("both named", () => CertificateRules.CheckRecipients([Alice, Bob, PublicPart(Alice)], Now));
        Refused("neither an RSA key", () => CertificateRules.CheckSigner(weak, Now));
        Refused("no private key that may sign", () => CertificateRules.CheckSigner(without, Now));
    }

    private static void Refused(string why, Action check) =>
        Assert.Contains(why, Assert.Throws<CertificateException>(check).Message, StringComparison.Ordinal);
}

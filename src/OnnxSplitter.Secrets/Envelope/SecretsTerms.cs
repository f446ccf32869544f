using System.Formats.Asn1;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>For whom and for how long the signer lets secrets be used; each part may be left out.</summary>
/// <remarks>
/// A signed attribute of the envelope, so that it is enforced before anything is decrypted and can be read without a
/// key: <c>SEQUENCE { [0] UTF8String, [1] GeneralizedTime, [2] GeneralizedTime }</c>, all optional and implicitly
/// tagged, at least one there. A host that can set its own clock can stretch the times: they are for hosts that mean
/// well.
/// </remarks>
public sealed record SecretsTerms
{
    /// <summary>Longest audience, characters.</summary>
    public const int MaxAudience = 256;

    /// <summary>Whom the secrets are for: a name that the host has to give; null for anybody.</summary>
    public string? Audience { get; init; }

    /// <summary>From when on they may be used, whole seconds; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when they may be used, whole seconds; null for ever.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Whether nothing is demanded.</summary>
    public bool IsEmpty => Audience is null && NotBefore is null && NotAfter is null;

    /// <summary>Throws if the terms do not allow a use.</summary>
    /// <param name="audience">Who the host says it is; null if it does not.</param>
    /// <param name="now">When.</param>
    /// <exception cref="TermsException">They do not.</exception>
    public void Check(string? audience, DateTimeOffset now)
    {
        if (Audience is not null && Audience != audience)
            throw new TermsException(
                $"The secrets are for the audience {Audience}" + (audience is null ? "." : $", not for {audience}."),
                "Say Audience if that is you; else get secrets that were made for you.")
            {
                Properties = [nameof(OpenOptions.Audience)],
            };
        if (now < NotBefore)
            throw new TermsException(
                $"The secrets may not be used before {NotBefore:u}.",
                "Wait until then, and check this machine's clock.");
        if (now > NotAfter)
            throw new TermsException(
                $"The secrets may not be used after {NotAfter:u}.",
                "Get new secrets from whoever made them, and check this machine's clock.");
    }

    /// <summary>Why secrets can't be sealed with these terms; null if they can.</summary>
    public string? Problem() =>
        Audience is not null && !IsName(Audience)
            ? $"An audience has 1 to {MaxAudience} characters, and no control characters."
            : NotBefore > NotAfter
                ? $"The secrets could never be used: not before {NotBefore:u}, not after {NotAfter:u}."
                : null;

    /// <summary>Why it makes no sense to seal secrets with these terms from now on; null if it does.</summary>
    /// <param name="now">When.</param>
    public string? Problem(DateTimeOffset now) =>
        Problem() ?? (NotAfter < now ? $"The secrets could never be used: {NotAfter:u} is over." : null);

    internal byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (Audience is not null) writer.WriteCharacterString(UniversalTagNumber.UTF8String, Audience, Context(0));
            if (NotBefore is { } from) writer.WriteGeneralizedTime(from, omitFractionalSeconds: true, Context(1));
            if (NotAfter is { } until) writer.WriteGeneralizedTime(until, omitFractionalSeconds: true, Context(2));
        }

        return writer.Encode();
    }

    /// <exception cref="AsnContentException">It is another form.</exception>
    internal static SecretsTerms Read(AsnReader value)
    {
        var fields = value.ReadSequence();
        var terms = new SecretsTerms
        {
            Audience = Has(fields, 0) ? fields.ReadCharacterString(UniversalTagNumber.UTF8String, Context(0)) : null,
            NotBefore = ReadTime(fields, 1),
            NotAfter = ReadTime(fields, 2),
        };
        fields.ThrowIfNotEmpty();
        Expect(!terms.IsEmpty && (terms.Audience is null || IsName(terms.Audience))
            && !(terms.NotBefore > terms.NotAfter));
        return terms;
    }

    private static DateTimeOffset? ReadTime(AsnReader fields, int number)
    {
        if (!Has(fields, number)) return null;
        var time = fields.ReadGeneralizedTime(Context(number));
        Expect(time.UtcTicks % TimeSpan.TicksPerSecond == 0);
        return time;
    }

    private static bool Has(AsnReader fields, int number) =>
        fields.HasData && fields.PeekTag().HasSameClassAndValue(Context(number));

    private static bool IsName(string audience) =>
        audience.Length is > 0 and <= MaxAudience && !audience.Any(char.IsControl);
}

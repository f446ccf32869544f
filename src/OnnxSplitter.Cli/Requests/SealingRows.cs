using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The options of <c>protect</c> that limit for whom and for how long secrets may be used.</summary>
internal static class SealingRows
{
    public static RowTable<SealOptions> Terms { get; } = new RowTable<SealOptions>().Under(Groups.Terms)
        .Value("--audience", "NAME", Kinds.OptionalText, x => x.Terms?.Audience,
            (x, value) => x with { Terms = Of(x) with { Audience = value } },
            "Whom the secrets are for: a name that has to be given again to open them.")
        .Value("--not-before", "TIME", Kinds.TimeFrom.OrNone(), x => x.Terms?.NotBefore,
            (x, value) => x with { Terms = Of(x) with { NotBefore = value } },
            "From when on the secrets may be used, UTC: 2026-12-31 or 2026-12-31T23:59:59Z.")
        .Value("--not-after", "TIME", Kinds.TimeUntil.OrNone(), x => x.Terms?.NotAfter,
            (x, value) => x with { Terms = Of(x) with { NotAfter = value } },
            "Until when the secrets may be used, UTC; a mere date includes the day.")
        .Rule(x => x.Terms?.Problem(DateTimeOffset.UtcNow));

    private static SecretsTerms Of(SealOptions options) => options.Terms ?? new SecretsTerms();
}

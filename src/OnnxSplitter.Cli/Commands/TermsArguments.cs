using System.CommandLine;
using System.Globalization;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The options of <c>protect</c> that limit for whom and for how long secrets may be used.</summary>
internal sealed class TermsArguments
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    private readonly Option<string?> _audience = new("--audience")
    {
        Description = "Whom the secrets are for: a name that has to be given again to open them.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _notBefore = new("--not-before")
    {
        Description = "From when on the secrets may be used, UTC: 2026-12-31 or 2026-12-31T23:59:59Z.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _notAfter = new("--not-after")
    {
        Description = "Until when the secrets may be used, UTC; a mere date includes the day.",
        HelpName = "TIME",
    };

    public TermsArguments()
    {
        foreach (var option in new[] { _notBefore, _notAfter })
            option.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && Parse(token.Value) is null)
                    result.AddError($"{option.Name} is {token.Value}; it must look like 2026-12-31 or 2026-12-31T23:59:59Z.");
            });
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_audience);
        command.Options.Add(_notBefore);
        command.Options.Add(_notAfter);
        command.Validators.Add(result =>
        {
            // What is no value at all is refused by the parser.
            if (new[] { _audience, _notBefore, _notAfter }.Any(x => result.GetResult(x) is { Tokens.Count: not 1 })) return;
            if (Read(result.GetValue(_audience), result.GetValue(_notBefore), result.GetValue(_notAfter))?.Problem() is { } problem)
                result.AddError(problem);
        });
    }

    /// <summary>What was asked for; null without any limit.</summary>
    public SecretsTerms? Read(ParseResult parsed) =>
        Read(parsed.GetValue(_audience), parsed.GetValue(_notBefore), parsed.GetValue(_notAfter));

    private static SecretsTerms? Read(string? audience, string? notBefore, string? notAfter)
    {
        var terms = new SecretsTerms
        {
            Audience = audience,
            NotBefore = notBefore is null ? null : Parse(notBefore),
            NotAfter = notAfter is null ? null : EndOf(notAfter),
        };
        return terms.IsEmpty ? null : terms;
    }

    private static DateTimeOffset? EndOf(string text) =>
        Parse(text) is not { } time ? null : text.Contains('T', StringComparison.Ordinal) ? time : time.AddDays(1).AddSeconds(-1);

    private static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.Year < 9999 ? time : null;
}

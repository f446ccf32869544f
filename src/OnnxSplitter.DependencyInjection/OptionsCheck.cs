using Microsoft.Extensions.Options;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Refuses options that lack what every model needs, or can't be meant.</summary>
internal sealed class OptionsCheck : IValidateOptions<ProtectedModelServiceOptions>
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MostInterval = TimeSpan.FromDays(1);

    private static readonly SessionWrites AllWrites =
        Enum.GetValues<SessionWrites>().Aggregate((one, other) => one | other);

    public ValidateOptionsResult Validate(string? name, ProtectedModelServiceOptions options)
    {
        (string Property, string Value)[] needed =
        [
            (nameof(options.Model), options.Model),
            (nameof(options.Secrets), options.Secrets),
            (nameof(options.Trust), options.Trust),
            (nameof(options.Identity), options.Identity),
        ];
        string[] missing = [.. from pair in needed where string.IsNullOrWhiteSpace(pair.Value) select pair.Property];
        if (missing.Length > 0)
            return Fail($"lack {string.Join(", ", missing)}. Check the name of the configuration's section.");

        // What is written without colons counts as days.
        if (options.ReloadInterval > MostInterval)
            return Fail($"have a {nameof(options.ReloadInterval)} of {options.ReloadInterval.TotalDays:0} days. "
                + "Seconds are written 00:00:05; the longest is a day, and 00:00:00 is never.");
        if (options.ReloadInterval > TimeSpan.Zero && options.ReloadInterval < LeastInterval)
            return Fail($"have a {nameof(options.ReloadInterval)} below a millisecond.");
        if (!Enum.IsDefined(options.Digests) || (options.Allowed & ~AllWrites) != SessionWrites.None)
            return Fail($"have a number for {nameof(options.Digests)} or {nameof(options.Allowed)}. Give their names.");
        return ValidateOptionsResult.Success;

        ValidateOptionsResult Fail(string what) =>
            ValidateOptionsResult.Fail($"The options of the protected model {name} {what}");
    }
}

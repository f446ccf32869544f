using Microsoft.Extensions.Options;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Refuses options that lack what every model needs.</summary>
internal sealed class OptionsCheck : IValidateOptions<ProtectedModelServiceOptions>
{
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
        return missing.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"The options of the protected model {name} lack {string.Join(", ", missing)}. Check the name of the "
                + "configuration's section.");
    }
}

using System.Globalization;
using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Reports;

/// <summary>Writes a protection job as the command line that does the same.</summary>
internal static class CommandLineText
{
    /// <summary>The command line, with defaults written out, for a POSIX shell.</summary>
    public static string Of(ProtectRequest request)
    {
        List<string> words = request.Former is { } former
            ?
            [
                "onnxsplit", "rotate", request.Model, "--secrets", former.Path,
                .. former.Identities.SelectMany(identity => new[] { "--identity", identity }),
                .. former.Trust is { } trust ? new[] { "--trust", trust } : [],
            ]
            : ["onnxsplit", "protect", request.Model];
        foreach (var recipient in request.Recipients) words.AddRange(["--recipient", recipient]);
        foreach (var file in request.RecipientFiles) words.AddRange(["--recipients-file", file]);
        words.AddRange(["--signer", request.Signer]);
        if (request.VariantPerRecipient) words.Add("--variant-per-recipient");
        if (request.PassphraseFile is { } passphrase) words.AddRange(["--passphrase-file", passphrase]);
        if (request.Sealing.Pss) words.Add("--pss");
        if (request.Sealing.Terms?.Audience is { } audience) words.AddRange(["--audience", audience]);
        if (request.Sealing.Terms?.NotBefore is { } from) words.AddRange(["--not-before", Time(from)]);
        if (request.Sealing.Terms?.NotAfter is { } until) words.AddRange(["--not-after", Time(until)]);
        if (request.Data.Calibration is { } data) words.AddRange(["--data", data]);
        if (request.Data.Evaluation is { } evaluate) words.AddRange(["--evaluate", evaluate]);
        words.AddRange(InputArguments.Words(request.Data));
        words.AddRange(["--output", request.Output, request.Former is null ? "--secrets" : "--new-secrets", request.Secrets]);
        words.AddRange(["--strategy", request.Search.Strategy.ToString().ToLowerInvariant()]);
        words.AddRange(request.Search.Strategy == StrategyKind.NnSplitter
            ? NnSplitterArguments.Words(request.Search.NnSplitter)
            : ["--move", request.Search.Move.ToString().ToLowerInvariant()]);
        words.AddRange(["--tensors", request.Search.Tensors.Scope.ToString().ToLowerInvariant()]);
        words.AddRange(request.Search.Tensors.Include.SelectMany(pattern => new[] { "--include", pattern }));
        words.AddRange(request.Search.Tensors.Exclude.SelectMany(pattern => new[] { "--exclude", pattern }));
        words.AddRange(["--gradient", request.Search.Gradient.ToString().ToLowerInvariant()]);
        if (request.Search.EstimateGradient) words.Add("--estimate-gradient");
        words.AddRange(["--max-weights", request.Search.MaxWeights.ToString(CultureInfo.InvariantCulture)]);
        if (request.Search.TargetAccuracy is { } target)
            words.AddRange(["--target-accuracy", target.ToString("R", CultureInfo.InvariantCulture)]);
        if (request.Search.TargetError is { } error)
            words.AddRange(["--target-error", error.ToString("R", CultureInfo.InvariantCulture)]);
        words.AddRange(["--seed", request.Search.Seed.ToString(CultureInfo.InvariantCulture)]);
        if (request.AcceptBest) words.Add("--accept-best");
        if (request.Compact is { } compact)
        {
            words.AddRange(["--compact", "--compact-tolerance",
                (compact.Tolerance * CompactArguments.PointsPerUnit).ToString("R", CultureInfo.InvariantCulture)]);
            if (compact.Center is { } center) words.AddRange(["--center", center.ToString("R", CultureInfo.InvariantCulture)]);
        }

        return string.Join(' ', words.Select(Quoted));
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

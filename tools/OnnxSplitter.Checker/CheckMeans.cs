using OnnxSplitter.Hosting;

namespace OnnxSplitter.Checker;

/// <summary>
/// Refuses lines that ask for a check without the means for it: one that did not run must not end as if it had passed.
/// </summary>
internal static class CheckMeans
{
    /// <exception cref="UsageException">Something is asked for that what is given can't answer.</exception>
    public static void Refuse(CheckRequest request)
    {
        string?[] needIdentity =
        [
            request.Original is null ? null : "--original", request.Endpoint is null ? null : "--endpoint",
            request.Data is null ? null : "--data",
            request.Report is null ? null : "--report", request.TargetWorth is null ? null : "--target-worth",
            request.Stealth ? "--stealth" : null, request.Sessions.CustomOps.Count == 0 ? null : "--custom-ops",
        ];
        if (request.Identities.Count == 0 && needIdentity.OfType<string>().FirstOrDefault() is { } asked)
            throw Missing(asked, "--identity", "an identity that opens the secrets");
        string?[] needData =
        [
            request.TargetWorth is null ? null : "--target-worth", request.Report is null ? null : "--report",
            request.Embedding ? "--embedding" : null,
        ];
        if (request.Data is null && needData.OfType<string>().FirstOrDefault() is { } measured)
            throw Missing(measured, "--data", "examples to measure on");
        var needSession = request.Data is not null ? "--data"
            : request.Endpoint is not null ? "--endpoint"
            : request.Sessions.CustomOps.Count > 0 ? "--custom-ops" : null;
        if (request.NoSession && needSession is not null)
            throw new UsageException($"{needSession} is for running the models, and --no-session runs none.",
                "Leave out one of them.");
    }

    /// <summary>What to give so that the worth that is left is measured; null where nothing is missing.</summary>
    public static string? ForWorth(CheckRequest request) =>
        request.Data is not null ? null
        : request.Identities.Count == 0 ? "give --identity and --data"
        : request.NoSession ? "give --data, without --no-session"
        : "give --data";

    private static UsageException Missing(string option, string means, string what) =>
        new($"{option} needs {means}: {what}.", $"Pass {means} too, or leave out {option}.");
}

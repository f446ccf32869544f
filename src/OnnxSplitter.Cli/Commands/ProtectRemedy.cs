using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What to do where a job did not reach its target.</summary>
internal static class ProtectRemedy
{
    /// <summary>In a sentence or two.</summary>
    /// <param name="request">The job.</param>
    /// <param name="report">What it came to.</param>
    public static string Of(ProtectRequest request, ProtectionReport report) =>
        report.Written ? "The best that was found was written, as asked."
            : report.Keyed is { Share: var share }
                ? "Nothing was written: " + (share < 1 ? "change more with a larger --share, " : "")
                + "run it again, which draws another key, or pass --accept-best."
            : report.WeightsChanged == 0
                ? "Nothing was written, since no change was found that makes it worse: " + Other(request, report)
                    + Kept(request)
            : "Nothing was written: " + More(request, report)
                + WorthText.Others(report)
                + $", {(report.Stealth == StealthKind.Off ? "" : "try --stealth off, whose changes show, ")}"
                + "or pass --accept-best to keep the best found." + Kept(request);

    /// <summary>What else may find a change where none was found.</summary>
    private static string Other(ProtectRequest request, ProtectionReport report)
    {
        var byGradient = report.Strategy == StrategyKind.Gradient;
        var tries = new List<string>();
        if (byGradient && report.Unreached.Count > 0 && !request.Search.EstimateGradient)
            tries.Add("--estimate-gradient");
        if (report.Stealth != StealthKind.Off)
            tries.Add("--stealth off (of few numbers, each is odd among the others)");
        if (report.Strategy != StrategyKind.Random) tries.Add("--strategy random");
        return (byGradient ? "see with 'onnxsplit inspect' what a gradient reaches, or " : "")
            + (tries.Count > 0 ? $"try {string.Join(", or ", tries)}, or " : "") + "give examples with --data.";
    }

    private static string Kept(ProtectRequest request) => File.Exists(request.State)
        ? " The state of the search is kept: with other options, --force begins anew." : "";

    /// <summary>What a search that was ended by its budget, or by having found nothing more, lacked.</summary>
    private static string More(ProtectRequest request, ProtectionReport report)
    {
        // The last move that fits may leave room for a single weight.
        if (report.WeightsChanged < request.Search.MaxWeights - 1)
            return "no further change was found that helps; "
                + (request.Search.Tensors.ForCorrections ? "allow more layers with --max-layers, or " : "")
                + (UnreachedText.Share(report) is { } share
                    ? $"bring into reach what is not ({share} of the weights, for the reasons above), or "
                    : "")
                + "give more or other examples with --data";
        return File.Exists(request.State)
            ? "go on with --resume and a larger --max-weights"
            : "allow more with --max-weights";
    }
}

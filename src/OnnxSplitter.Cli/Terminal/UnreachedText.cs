using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What a search could not change, in words.</summary>
internal static class UnreachedText
{
    // Of one reason; more would be read by nobody.
    private const int MostNames = 5;

    // Fewer are hardly why a search misses its target.
    private const double Noted = 0.1;

    /// <summary>The share of the weights that a search could not change; null if it is small.</summary>
    public static string? Share(ProtectionReport report) =>
        (double)report.Unreached.Sum(tensor => tensor.Weights) / report.WeightsOfModel is var share and >= Noted
            ? Format.Share(share)
            : null;

    /// <summary>Lines of the table that ends a job, one for each reason.</summary>
    public static IEnumerable<(string What, string Value)> Rows(ProtectionReport report) =>
        report.Unreached.GroupBy(tensor => tensor.Reason, StringComparer.Ordinal).Select(group => (
            "out of reach",
            $"{Format.Share((double)group.Sum(tensor => tensor.Weights) / report.WeightsOfModel)} of the model's "
            + $"weights: {Format.Some([.. group.Select(tensor => tensor.Path)], MostNames)}: {group.Key}"));
}

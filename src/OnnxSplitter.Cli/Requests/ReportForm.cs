namespace OnnxSplitter.Cli.Requests;

/// <summary>What a report is, by its name.</summary>
internal static class ReportForm
{
    /// <summary>Whether it is a page for people.</summary>
    public static bool IsPage(string path) => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is JSON.</summary>
    public static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}

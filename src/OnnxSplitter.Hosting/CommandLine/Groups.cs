namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>The headings that options of a command with many stand under.</summary>
public static class Groups
{
    /// <summary>What is read and written.</summary>
    public const string Files = "Files";

    /// <summary>Who signs and who opens.</summary>
    public const string Keys = "Keys";

    /// <summary>What goes into the model, and how what comes out is measured.</summary>
    public const string Data = "Data";

    /// <summary>Which weights change, and how.</summary>
    public const string Choosing = "How weights are chosen";

    /// <summary>For whom and for how long secrets are.</summary>
    public const string Terms = "Terms";

    /// <summary>The paper's method.</summary>
    public const string NnSplitter = "NNSplitter (--strategy nnsplitter)";

    /// <summary>Changes by a key.</summary>
    public const string Keyed = "Keyed changes (--strategy keyed)";

    /// <summary>Smaller secrets.</summary>
    public const string Compact = "Compact secrets";

    /// <summary>What the command prints and replaces.</summary>
    public const string Output = "Output";
}

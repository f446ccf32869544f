using System.CommandLine;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Options that several commands have, worded once.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON object on standard output, and nothing else there.",
    };

    public static Option<bool> Force() => new("--force") { Description = "Replace outputs that exist." };

    public static Option<string> Secrets() => new("--secrets", "-s")
    {
        Description = "The sealed secrets (.p7m).",
        HelpName = "SECRETS.p7m",
        Required = true,
    };

    public static Option<string> Identity() => new("--identity", "-i")
    {
        Description = "Certificate and private key that the secrets were sealed to: PEM, or PFX without a password.",
        HelpName = "PEM|PFX",
        Required = true,
    };

    public static Option<string> Trust() => new("--trust")
    {
        Description = "The one certificate that vouches for secrets: the vendor's, got by a way that you trust.",
        HelpName = "CERT",
        Required = true,
    };

    public static Option<string?> Data(string description) => new("--data")
    {
        Description = description,
        HelpName = "NPZ",
    };
}

using System.CommandLine;
using System.CommandLine.Help;
using OnnxSplitter.Cli.Hosting;

namespace OnnxSplitter.Checker;

/// <summary>What to check, with what.</summary>
internal sealed record CheckRequest(
    string Obfuscated, string Secrets, string Identity, string Trust, string? Original, string? Data,
    double CompactTolerance);

/// <summary><c>onnxsplit-check</c>: arguments, and printing of the list.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Obfuscated = new("OBFUSCATED.onnx")
    {
        Description = "The obfuscated model, as shipped.",
    };

    private static readonly Option<string> Secrets = new("--secrets", "-s")
    {
        Description = "The sealed secrets.",
        HelpName = "SECRETS.p7m",
        Required = true,
    };

    private static readonly Option<string> Identity = new("--identity", "-i")
    {
        Description = "Certificate and private key that the secrets were sealed to.",
        HelpName = "PEM|PFX",
        Required = true,
    };

    private static readonly Option<string> Trust = new("--trust")
    {
        Description = "The one certificate that vouches for secrets.",
        HelpName = "CERT",
        Required = true,
    };

    private static readonly Option<string?> Original = new("--original")
    {
        Description = "The original model, to compare with byte by byte.",
        HelpName = "MODEL.onnx",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Examples with labels, to measure both models on.",
        HelpName = "NPZ",
    };

    private static readonly Option<double> CompactTolerance = new("--compact-tolerance")
    {
        Description = "With --original, --data and compact secrets: points of accuracy that the restored model may lie below "
            + "the original.",
        HelpName = "POINTS",
        DefaultValueFactory = _ => 0.5,
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object on standard output, and nothing else there.",
    };

    public static Command Create(Streams streams)
    {
        var root = new Command("onnxsplit-check", """
            Verifies a protected model: that its secrets come from the pinned vendor and open, that both files belong
            together, that the original comes back (or, from compact secrets,
            a model close to it) and runs, and, given the means, that nothing else was changed and
            that the obfuscated model is worth nothing.

            Example:
              onnxsplit-check model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt
            """)
        { Obfuscated, Secrets, Identity, Trust, Original, Data, CompactTolerance, Json };
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.SetWork((parsed, cancellation) => Run(
            new CheckRequest(
                parsed.GetRequiredValue(Obfuscated), parsed.GetRequiredValue(Secrets),
                parsed.GetRequiredValue(Identity), parsed.GetRequiredValue(Trust),
                parsed.GetValue(Original), parsed.GetValue(Data), parsed.GetValue(CompactTolerance) / 100),
            parsed.GetValue(Json), streams, cancellation));
        return root;
    }

    private static int Run(CheckRequest request, bool json, Streams streams, CancellationToken cancellation)
    {
        var list = new CheckList();
        try
        {
            Checks.Run(request, list, cancellation);
        }
        finally
        {
            // The list comes first even where an exception ends the checks.
            list.Print(streams.Output, json);
        }

        if (list.Ok) return ExitCodes.Done;
        throw new AnswerException(
            $"{list.Checks.Count(check => !check.Ok)} of {list.Checks.Count} checks failed.",
            "Do not ship or use these files; the list says what is wrong with them.");
    }
}

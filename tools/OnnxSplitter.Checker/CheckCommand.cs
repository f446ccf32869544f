using System.CommandLine;
using System.CommandLine.Help;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Checker;

/// <summary><c>onnxsplit-check</c>: arguments, and printing of the list.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Obfuscated = new("OBFUSCATED.onnx")
    {
        Description = "The obfuscated model, as shipped.",
    };

    private static readonly Option<string> Secrets = CommonOptions.Secrets();

    private static readonly Option<string[]> Identities = CommonOptions.Identity(required: false);

    private static readonly Option<string> Trust = CommonOptions.Trust();

    private static readonly Option<string?> SignerName = CommonOptions.SignerName();

    private static readonly Option<string?> Audience = CommonOptions.Audience();

    private static readonly Option<string?> Original = new("--original")
    {
        Description = "The original model, to compare with byte by byte.",
        HelpName = "MODEL.onnx",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Examples (.npz, or a folder of test_data_set_N) to measure both models on: by accuracy if they have "
            + "labels, else by the difference of their outputs.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> ModelOutput = new("--model-output")
    {
        Description = "The models' output that is compared. [default: the first of floats]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "With --data: what 'onnxsplit protect --report FILE.json' wrote; the restored model's accuracy must be "
            + "the one in it.",
        HelpName = "JSON",
    };

    private static readonly Option<string?> PassphraseFile = CommonOptions.PassphraseFile();

    private static readonly Option<bool> AllowExpired = new("--allow-expired")
    {
        Description = "Pass a vendor's certificate that has expired since it signed. It is said in the list.",
    };

    private static readonly Option<bool> NoSession = new("--no-session")
    {
        Description = "Run no model: what needs ONNX Runtime is not checked.",
    };

    private static readonly Option<double> CompactTolerance = new("--compact-tolerance")
    {
        Description = "With --original, --data and compact secrets: points of accuracy that the restored model may lie below "
            + "the original.",
        HelpName = "POINTS",
        DefaultValueFactory = _ => 0.5,
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create(Streams streams)
    {
        var root = new Command("onnxsplit-check", """
            Verifies a protected model: that its secrets come from the pinned vendor and open, that both files belong
            together, that the original comes back (or, from compact secrets, a model close to it) and runs, and, given
            the means, that nothing else was changed and that the obfuscated model is worth nothing. Every check is
            listed, with those that did not run and why; docs/checking.md says what each failure means.

            Example:
              onnxsplit-check model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt
            """)
        {
            Obfuscated, Secrets, Identities, Trust, SignerName, Audience, Original, Data, ModelOutput, Report, PassphraseFile,
            CompactTolerance, AllowExpired,
            NoSession, Json,
        };
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.SetWork((parsed, cancellation) => Run(
            new CheckRequest(
                parsed.GetRequiredValue(Obfuscated), parsed.GetRequiredValue(Secrets),
                parsed.GetValue(Identities) ?? [], parsed.GetRequiredValue(Trust),
                parsed.GetValue(Original), parsed.GetValue(Data), parsed.GetValue(ModelOutput), parsed.GetValue(Report),
                parsed.GetValue(PassphraseFile), parsed.GetValue(CompactTolerance) / 100,
                parsed.GetValue(AllowExpired), parsed.GetValue(NoSession))
            {
                SignerName = parsed.GetValue(SignerName),
                Audience = parsed.GetValue(Audience),
            },
            parsed.GetValue(Json), streams, cancellation));
        return root;
    }

    private static int Run(CheckRequest request, bool json, Streams streams, CancellationToken cancellation)
    {
        var list = new CheckList();
        try
        {
            Checks.Run(request, new KeyReader(streams, request.PassphraseFile), list, cancellation);
        }
        finally
        {
            // The list comes first even where an exception ends the checks.
            list.Print(streams.Output, json);
        }

        if (list.Ok) return ExitCodes.Done;
        throw new AnswerException(
            $"{list.Count(Outcome.Failed)} of the {list.Count(Outcome.Failed) + list.Count(Outcome.Passed)} checks that ran failed.",
            "Do not ship or use these files; the list says what is wrong with them.");
    }
}

using System.CommandLine;
using OnnxSplitter.Data;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Checker;

/// <summary><c>onnxsplit-check</c>: arguments, and printing of the list.</summary>
internal static class CheckCommand
{
    private static readonly CommandDefinition<CheckRequest> Definition = new(
        "onnxsplit-check", new CheckRequest(),
        new RowTable<CheckRequest>()
            .Value("OBFUSCATED.onnx", null, Kinds.Text, x => x.Obfuscated, (x, value) => x with { Obfuscated = value },
                "The obfuscated model, as shipped.")
            .Secrets(x => x.Secrets, (x, value) => x with { Secrets = value })
            .Identities(x => x.Identities, (x, value) => x with { Identities = value }, required: false)
            .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
            .Trust(x => x.Trust, (x, value) => x with { Trust = value })
            .SignerName(x => x.SignerName, (x, value) => x with { SignerName = value })
            .Audience(x => x.Audience, (x, value) => x with { Audience = value })
            .Value("--original", "MODEL.onnx", Kinds.OptionalText, x => x.Original, (x, value) =>
                x with { Original = value },
                "The original model, to compare with byte by byte.")
            .Value("--endpoint", "SOCKET", Kinds.OptionalText, x => x.Endpoint, (x, value) =>
                x with { Endpoint = value },
                "Socket of a trusted process (onnxsplit-secure) that runs the model: what it gives is compared with "
                + "the original's outputs.")
            .Value("--data", "PATH", Kinds.OptionalText, x => x.Data, (x, value) => x with { Data = value },
                "Examples (.npz, or a folder of test_data_set_N) to measure both models on: by accuracy where "
                + "outputs are class scores, by labels or else by the original's answers; otherwise by the difference "
                + "of their outputs.", property: "Calibration")
            .ModelOutput(x => x.ModelOutput, (x, value) => x with { ModelOutput = value })
            .Embedding(x => x.Embedding, (x, value) => x with { Embedding = value })
            .Value("--report", "JSON", Kinds.OptionalText, x => x.Report, (x, value) => x with { Report = value },
                "With --data: what 'onnxsplit protect --report FILE.json' wrote; the restored model's accuracy must be "
                + "the one in it.")
            .CompactTolerance(x => x.CompactTolerance, (x, value) => x with { CompactTolerance = value },
                "With --original, --data and compact secrets: points of accuracy that the restored model may lie "
                + "below the "
                + "original.")
            .TargetWorth(x => x.TargetWorth, (x, value) => x with { TargetWorth = value },
                "With --data: what the obfuscated model may still be worth to a thief, by every reading of its outputs "
                + "and inside, as a share of what the original gives him, 0 to 1.")
            .Flag("--stealth", x => x.Stealth, (x, value) => x with { Stealth = value },
                "Look for the changed weights as somebody would who has the shipped model alone: none of the detectors "
                + "may find them and, with --data, undoing what they guess may bring back 2 points at most.")
            .Flag("--allow-expired", x => x.AllowExpired, (x, value) => x with { AllowExpired = value },
                "Pass a vendor's certificate that has expired since it signed. It is said in the list.")
            .Flag("--no-session", x => x.NoSession, (x, value) => x with { NoSession = value },
                "Run no model: what needs ONNX Runtime is not checked.")
            .CustomOps(x => x.Sessions.CustomOps, (x, value) => x with { Sessions = new Sessions(value) })
            .Json(x => x.Json, (x, value) => x with { Json = value }),
        "Verifies a protected model: that its secrets come from the pinned vendor and open, that both files belong "
        + "together, that the original comes back (or, from compact secrets, a model close to it) and runs, and, given "
        + "the means, that nothing else was changed and that the obfuscated model is worth nothing. Every check is "
        + "listed, with those that did not run and why; docs/checking.md says what each failure means.")
    {
        Examples = ["onnxsplit-check model.obfuscated.onnx -s model.secrets.p7m -i device.pem --trust vendor.crt"],
    };

    public static Command Create(Streams streams) =>
        Definition.Create((request, cancellation) => Run(request, streams, cancellation)).AsProgram(streams);

    private static int Run(CheckRequest request, Streams streams, CancellationToken cancellation)
    {
        CheckMeans.Refuse(request);
        request.Sessions.Check();
        var list = new CheckList();
        try
        {
            Checks.Run(request, new KeyReader(streams, request.PassphraseFile), list, cancellation);
        }
        catch (Exception e)
        {
            list.End(e switch
            {
                OnnxSplitterException => e.Message,
                OperationCanceledException => "cancelled",
                _ => "a fault of this tool",
            });
            throw;
        }
        finally
        {
            // The list comes first even where an exception ends the checks.
            list.Print(streams.Output, request.Json, CheckMeans.ForWorth(request));
        }

        if (list.Ok) return ExitCodes.Done;
        var (failed, passed) = (list.Count(Outcome.Failed), list.Count(Outcome.Passed));
        throw new AnswerException($"{failed} of the {failed + passed} checks that ran failed.",
            list.Checks.Where(check => check.Outcome == Outcome.Failed).All(check =>
                check.Name == CheckNames.TrustedProcess)
                ? "The files passed; look at the trusted process, or start it with them."
                : "Do not ship or use these files; the list says what is wrong with them.");
    }
}

using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;

namespace OnnxSplitter.Hosting;

/// <summary>The exit codes of both programs; docs/cli.md lists them.</summary>
public static class ExitCodes
{
    /// <summary>What was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: a check failed, or the target was not reached.</summary>
    public const int No = 1;

    /// <summary>The command line, or a key, certificate or library that can't be read or used.</summary>
    public const int Usage = 2;

    /// <summary>An input can't be read or isn't supported.</summary>
    public const int Input = 3;

    /// <summary>No identity opens the secrets.</summary>
    public const int NotOpened = 4;

    /// <summary>A signature or a digest does not match.</summary>
    public const int Mismatch = 5;

    /// <summary>A file would be overwritten.</summary>
    public const int WouldOverwrite = 6;

    /// <summary>The secrets are for another audience or another time.</summary>
    public const int Terms = 7;

    /// <summary>EX_SOFTWARE of sysexits.h: a fault of the tool's own.</summary>
    public const int Fault = 70;

    /// <summary>EX_IOERR of sysexits.h: an output can't be written.</summary>
    public const int OutputFailed = 74;

    /// <summary>What a shell reports for a program ended by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>What each says, and what helps, for documentation.</summary>
    public static IReadOnlyList<(int Code, string Meaning, string Remedy)> Meanings { get; } =
    [
        (Done, "done", "-"),
        (No, "the answer is no: a check failed, or the target was not reached",
            "`onnxsplit-check` names the check ([checking](checking.md)). For a target: `--resume` with a larger "
            + "`--max-weights`. With `--accept-best` the best that was found is written, and the code says that it is "
            + "not what was asked for"),
        (Usage, "usage: the command line, or a certificate, a key file or a library that can't be read or used",
            "`--help`; a key as PEM with its certificate or as PFX, a certificate as PEM or DER ([keys](keys.md))"),
        (Input, "a model, data, secrets or state file that can't be read or is not supported",
            "the path: a folder, or a pipe such as `<(...)`, is no file. `onnxsplit inspect` shows what of a model is "
            + "understood"),
        (NotOpened, "no identity opens the secrets",
            "`onnxsplit recipients list` shows whom they are sealed to; `recipients add` seals them to others"),
        (Mismatch, "a signature or a digest does not match, or a search's state is another's",
            "the model and the secrets that were made together, unchanged, and `--trust` with their signer's "
            + "certificate; for a state the same command as before"),
        (WouldOverwrite,
            "a file would be overwritten: an existing output or state without `--force`, or an input in any case",
            "another name, or `--force`; `--resume` to go on from a state"),
        (Terms, "the secrets are for another audience or another time",
            "`--audience`, the machine's clock, or new secrets from the vendor"),
        (Fault, "a fault of the tool's own", "report it, with the lines that were printed"),
        (OutputFailed, "an output can't be written: read-only folder, full disk", "room, or another folder"),
        (Cancelled, "cancelled (Ctrl-C)", "`--resume`, where the message says that a search can go on"),
    ];

    /// <summary>The one place that turns failures into exit codes.</summary>
    public static int Of(Exception failure) => failure switch
    {
        OperationCanceledException => Cancelled,
        AnswerException => No,
        UsageException or PlanException or CertificateException or CustomOpsException => Usage,
        SecretsException { Failure: SecretsFailure.NotOpened } => NotOpened,
        TermsException => Terms,
        SecretsException or MismatchException => Mismatch,
        OutputExistsException => WouldOverwrite,
        OutputFailedException => OutputFailed,
        UnsafeOptionsException => Fault,

        // Whatever else is refused with a remedy is an input: model, data, secrets file, an op without a rule.
        OnnxSplitterException => Input,
        _ => Fault,
    };
}

using OnnxSplitter.Data;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The commands that protect a model: <c>protect</c>, and <c>rotate</c>, which does it anew.</summary>
internal static class ProtectDefinitions
{
    private const string ModelEnding = ".onnx";

    private static readonly Requirement<ProtectRequest> Searched = new(
        x => x.Search.Strategy != StrategyKind.Keyed, "is not for --strategy keyed, which searches for nothing");

    public static CommandDefinition<ProtectRequest> Protect { get; } = new(
        "protect", new ProtectRequest(),
        Sealed(Chosen(new RowTable<ProtectRequest>().Under(Groups.Files)
            .Value("MODEL.onnx", null, Kinds.Text, x => x.Model, (x, value) => x with { Model = value },
                "The exported model. It is never written to.")
            .Value("--output|-o", "OUT.onnx", Kinds.Text, x => x.Output, (x, value) => x with { Output = value },
                "The obfuscated model. A model with data files needs another folder than the original's, which gets "
                + "them too.",
                "MODEL.obfuscated.onnx beside the model; with data files MODEL.obfuscated/MODEL.onnx")
            .Value("--secrets|-s", "SECRETS.p7m", Kinds.Text, x => x.Secrets, (x, value) => x with { Secrets = value },
                "The sealed secrets.", "MODEL.secrets.p7m beside the model",
                complete: x => x with { Secrets = $"{Stem(x.Model, ModelEnding)}.secrets.p7m" }))
            .Under(Groups.Choosing)
            .Flag("--no-evaluation", x => x.NoEvaluation, (x, value) => x with { NoEvaluation = value },
                "With --strategy random or keyed: change exactly --max-weights weights, or those that the key is to, "
                + "and never run the model, in little memory whatever its size. Not with --data, --evaluate, "
                + "--input-shape, --model-output, --embedding, "
                + "--measure, --custom-ops, --target-accuracy, --target-error, --report or --variant-per-recipient.")
            .Value("--attack", null, Kinds.Among(("none", false), ("quick", true)), x => x.IsAttacked,
                (x, value) => x with { IsAttacked = value },
                "Attack what was written as a thief would who has --data, by what takes about a minute on a small "
                + "model, and say what that brings back. onnxsplit attack tries more.",
                only: new(x => x.Data.Calibration is not null, "needs --data, whose labelled examples the thief has"))
            .Value("--public", "MODEL.onnx", Kinds.OptionalText,
                x => x.Public, (x, value) => x with { Public = value },
                "A published model of the same architecture, which the thief has too, for --attack quick and "
                + "--resilience.",
                only: new(x => x.IsAttacked || x.Resilience is not null, "is for --attack quick and --resilience"))
            .Under(Groups.Keyed)
            .Value("--resilience", "G", ValueKinds.Share.OrNone(), x => x.Resilience, (x, value) =>
                x with { Resilience = value },
                "Raise the share until --attack quick brings back at most G of what the original has over what the "
                + "thief has without the model, 0 to 1, or say that it can't.",
                only: new(x => x.Search.Strategy == StrategyKind.Keyed && x.Data.Calibration is not null,
                    "is for --strategy keyed, and needs --data, whose labelled examples the thief has"))
            .Include(SearchRows.NnSplitter, x => x.Search, (x, value) => x with { Search = value })
            .Rule(x => x.NoEvaluation && IsMeasured(x)
                ? "--no-evaluation is for --strategy random and keyed, without data, custom ops, measures, targets, "
                    + "reports and variants."
                    : null)),
        "Changes a few weights so that the model predicts at chance (or, where its outputs are no class scores, no "
        + "better than a constant would), and seals what they were for the recipients.")
    {
        Examples =
        [
            "onnxsplit protect model.onnx -r device.crt --signer vendor.pem --data examples.npz --evaluate test.npz",
            "onnxsplit protect model.onnx -r device.crt -r vendor.crt --signer vendor.pem --data examples.npz "
            + "--variant-per-recipient -o variants/model.onnx -s variants/model.p7m",
            "onnxsplit protect model.onnx -r device.crt --signer vendor.pem --strategy keyed --no-evaluation "
            + "-o keyed.onnx -s keyed.p7m",
        ],
        HasHeadings = true,
    };

    public static CommandDefinition<ProtectRequest> Rotate { get; } = new(
        "rotate", new ProtectRequest { Former = new FormerSecrets() },
        Sealed(Chosen(new RowTable<ProtectRequest>().Under(Groups.Files)
            .Value("OBFUSCATED.onnx", null, Kinds.Text, x => x.Model, (x, value) => x with { Model = value },
                "The obfuscated model. It is never written to.")
            .Include(new RowTable<FormerSecrets>().Under(Groups.Files)
                .Secrets(x => x.Path, (x, value) => x with { Path = value })
                .Under(Groups.Keys)
                .Identities(x => x.Identities, (x, value) => x with { Identities = value })
                .Value("--trust", "CERT", Kinds.OptionalText, x => x.Trust, (x, value) => x with { Trust = value },
                    "The certificate that vouches for the present secrets.", "the signer's"),
                x => x.Former!, (x, value) => x with { Former = value })
            .Value("--output|-o", "OUT.onnx", Kinds.Text, x => x.Output, (x, value) => x with { Output = value },
                "The newly obfuscated model.", "MODEL.rotated.onnx beside the model",
                complete: x => x with { Output = $"{Rotated(x.Model)}.onnx" })
            .Value("--new-secrets", "SECRETS.p7m", Kinds.Text, x => x.Secrets, (x, value) => x with { Secrets = value },
                "The newly sealed secrets.", "MODEL.rotated.p7m beside the model",
                complete: x => x with { Secrets = $"{Rotated(x.Model)}.p7m" }))
            .Rule(x => x.Search.Strategy == StrategyKind.NnSplitter
                ? "rotate knows the strategies gradient, random and keyed." : null)),
        "Protects a protected model anew: restores it in memory, chooses other weights than those that are changed "
        + "now, and seals new secrets, with the terms of the old ones where no others are given. The old secrets do "
        + "not fit the new model. Nothing is taken back: whoever has the old model and its secrets can go on with "
        + "them. The original is not written to the disk.")
    {
        Examples =
        [
            "onnxsplit rotate model.obfuscated.onnx -s model.secrets.p7m -i device.pem -r device.crt --signer "
            + "vendor.pem --data examples.npz --evaluate test.npz",
        ],
        HasHeadings = true,
    };

    /// <summary>A line that makes the same again.</summary>
    public static string Line(ProtectRequest request)
    {
        var definition = request.Former is null ? Protect : Rotate;

        // The state that a search went on from is gone when it is done.
        return ShellText.Of(["onnxsplit", definition.Name, .. definition.Words(request with { Resume = false })]);
    }

    /// <summary>Adds what else is read and written, who signs and opens, and how weights are chosen.</summary>
    private static RowTable<ProtectRequest> Chosen(RowTable<ProtectRequest> rows) => rows
        .Many("--report", "FILE", ValueKinds.ReportPath, x => x.Reports, (x, value) => x with { Reports = value },
            "A report of what was changed, where, and how to make it again: a page (.html), or the same as JSON "
            + "(.json); give it twice for both. It names the touched tensors, never positions or original values. It "
            + "is written with the other outputs, so not if the target is missed, unless --accept-best keeps the best.")
        .Flag("--variant-per-recipient", x => x.VariantPerRecipient, (x, value) =>
            x with { VariantPerRecipient = value },
            "Write a model and secrets for each recipient, OUT.NAME.onnx and SECRETS.NAME.p7m, marked so that "
            + "onnxsplit trace tells whose a leaked file is. NAME is the certificate's common name.", Searched)
        .Value("--state", "FILE", Kinds.OptionalText, x => x.State, (x, value) => x with { State = value },
            "Where the search keeps its state until it is done, encrypted for the signer.", "SECRETS.p7m.state",
            only: Searched,
            complete: x => Searched.Holds(x) ? x with { State = $"{x.Secrets}.state" } : x)
        .Flag("--resume", x => x.Resume, (x, value) => x with { Resume = value },
            "Go on with a search that was interrupted or missed its target: the same command, perhaps with a larger "
            + "--max-weights.", Searched)
        .Force(x => x.Force, (x, value) => x with { Force = value })
        .CustomOps(x => x.Sessions.CustomOps, (x, value) => x with { Sessions = new Sessions(value) })
        .Under(Groups.Keys)
        .Recipients(
            x => x.Recipients, (x, value) => x with { Recipients = value },
            x => x.RecipientFiles, (x, value) => x with { RecipientFiles = value })
        .Signer(x => x.Signer, (x, value) => x with { Signer = value })
        .PassphraseFile(x => x.PassphraseFile, (x, value) => x with { PassphraseFile = value })
        .Pss(x => x.Sealing.Pss, (x, value) => x with { Sealing = x.Sealing with { Pss = value } })
        .Include(DataRows.Search, x => x.Data, (x, value) => x with { Data = value })
        .Include(SearchRows.Table, x => x.Search, (x, value) => x with { Search = value })
        .Include(SearchRows.Keyed, x => x.Search, (x, value) => x with { Search = value })
        .Under(Groups.Choosing)
        .Flag("--accept-best", x => x.AcceptBest, (x, value) => x with { AcceptBest = value },
            "Write the best that was found even if the target was not reached (the exit code stays 1).")
        .Rule(x => x.Recipients.Count + x.RecipientFiles.Count > 0
            ? null : "No recipient is named; -r CERT or -R FILE does it.");

    /// <summary>Adds how secrets are sealed, and what is printed.</summary>
    private static RowTable<ProtectRequest> Sealed(RowTable<ProtectRequest> rows) => rows
        .Include(SealingRows.Terms, x => x.Sealing, (x, value) => x with { Sealing = value })
        .Include(CompactRows.Table, x => x, (_, value) => value)
        .Under(Groups.Output)
        .Json(x => x.Json, (x, value) => x with { Json = value })
        .Rule(x => x.VariantPerRecipient && x.IsCompact
            ? "--variant-per-recipient marks weights anywhere; compact secrets restore all to one value." : null);

    private static bool IsMeasured(ProtectRequest x) =>
        x.Search.Strategy is not (StrategyKind.Random or StrategyKind.Keyed)
        || x.Data.Calibration is not null || x.Data.Evaluation is not null
        || x.Sessions.CustomOps.Count > 0 || x.Reports.Count > 0 || x.Search.TargetAccuracy is not null
        || x.Search.TargetError is not null || x.VariantPerRecipient || x.Data.Embedding || x.Data.Metric is not null
        || x.Data.ModelOutput is not null || x.Data.InputShapes.Count > 0;

    private static string Rotated(string model) => $"{Stem(Stem(model, ModelEnding), ".obfuscated")}.rotated";

    /// <summary>A path without its ending, which may be in capitals; as it is, if it has another.</summary>
    private static string Stem(string path, string ending) =>
        path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? path[..^ending.Length] : path;
}

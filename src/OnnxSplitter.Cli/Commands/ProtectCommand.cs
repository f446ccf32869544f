using System.CommandLine;
using OnnxSplitter.Cli.Reports;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary><c>onnxsplit protect</c>: its arguments. <see cref="ProtectJob"/> does the work.</summary>
internal static class ProtectCommand
{
    private const long BytesPerMegabyte = 1_000_000;

    private static readonly Argument<string> Model = new("MODEL.onnx")
    {
        Description = "The exported model. It is never written to.",
    };

    private static readonly Option<string[]> Recipients = CommonOptions.Recipients();

    private static readonly Option<string[]> RecipientFiles = CommonOptions.RecipientFiles();

    private static readonly Option<string> Signer = CommonOptions.Signer();

    private static readonly Option<string?> PassphraseFile = CommonOptions.PassphraseFile();

    private static readonly Option<bool> Pss = CommonOptions.Pss();

    private static readonly Option<string?> Data = CommonOptions.Data(
        "Calibration examples: a .npz file with one array per model input, and 'label' if known; a folder of ONNX's "
        + "test_data_set_N; or a folder of images, a sub-folder a class. Without: random inputs, on which success says "
        + "little about real ones.");

    private static readonly Option<string?> Evaluate = new("--evaluate")
    {
        Description = "Examples to measure on, never looked at while choosing. Without: a third of --data.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The obfuscated model. A model with data files needs another folder than the original's, which gets "
            + "them too. [default: MODEL.obfuscated.onnx beside the model; with data files MODEL.obfuscated/MODEL.onnx]",
        HelpName = "OUT.onnx",
    };

    private static readonly Option<string?> Secrets = new("--secrets", "-s")
    {
        Description = "The sealed secrets. [default: MODEL.secrets.p7m beside the model]",
        HelpName = "SECRETS.p7m",
    };

    private static readonly Option<string?> State = new("--state")
    {
        Description = "Where the search keeps its state until it is done, encrypted for the signer. [default: SECRETS.p7m.state]",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on with a search that was interrupted or missed its target: the same command, perhaps with a "
            + "larger --max-weights.",
    };

    private static readonly Option<string[]> Reports = new("--report")
    {
        Description = "A report of what was changed, where, and how to make it again: a page (.html), or the same as JSON "
            + "(.json); give it twice for both. It names the touched tensors, never positions or original values. It is "
            + "written with the other outputs, so not if the target is missed, unless --accept-best keeps the best.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Strategy = new Option<string>("--strategy")
    {
        Description = "How weights are chosen: by gradient; by nnsplitter, the paper's controller (slower, more weights); "
            + "random is the control that shows that choosing matters.",
        DefaultValueFactory = _ => "gradient",
    }.AcceptOnlyFromAmong("gradient", "nnsplitter", "random");

    private static readonly Option<string> Move = new Option<string>("--move")
    {
        Description = "What happens to a weight: its sign turns, it swaps with another of its tensor, it goes to the "
            + "tensor's extreme, or the best of the three.",
        DefaultValueFactory = _ => "sign",
    }.AcceptOnlyFromAmong("sign", "swap", "extreme", "best");

    private static readonly Option<string> Tensors = new Option<string>("--tensors")
    {
        Description = "Which tensors may change: all, weights (no biases), or conv (kernels of convolutions alone).",
        DefaultValueFactory = _ => "all",
    }.AcceptOnlyFromAmong("all", "weights", "conv");

    private static readonly Option<string[]> Include = new("--include")
    {
        Description = "Change only tensors whose name matches, with * and ?. Can be given several times.",
        HelpName = "PATTERN",
    };

    private static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Leave tensors alone whose name matches. Can be given several times.",
        HelpName = "PATTERN",
    };

    private static readonly Option<string> Gradient = new Option<string>("--gradient")
    {
        Description = "Ops that gradients are written in: portable, standard ones; training, the kernels of ONNX Runtime's "
            + "training extension; auto, those if the loaded runtime has them.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "portable", "training");

    private static readonly Option<bool> EstimateGradient = new("--estimate-gradient")
    {
        Description = "Where the gradient would have to pass an op that has no rule (or not for this use of it), estimate it by random perturbations instead "
            + "of refusing the model. The report names the tensors. Takes more weights.",
    };

    private static readonly Option<int?> MaxWeights = new("--max-weights")
    {
        Description = "Most weights that may change. [default: 100; nnsplitter: 300, about the paper's]",
        HelpName = "N",
    };

    private static readonly Option<double?> TargetAccuracy = new("--target-accuracy")
    {
        Description = "Accuracy to reach, 0 to 1, where that is the measure. [default: chance plus half a point]",
        HelpName = "A",
    };

    private static readonly Option<double?> TargetError = new("--target-error")
    {
        Description = "Normalised error to reach, above 0, where that is the measure. [default: 1, no better than a constant]",
        HelpName = "E",
    };

    private static readonly Option<long?> MaxMemory = new("--max-memory")
    {
        Description = "Megabytes that the weights' gradients may take. Where those of all do not fit, they are taken group by "
            + "group, which takes longer and gives the same. [default: no limit]",
        HelpName = "MB",
    };

    private static readonly Option<bool> AcceptBest = new("--accept-best")
    {
        Description = "Write the best that was found even if the target was not reached (the exit code stays 1).",
    };

    private static readonly Option<bool> NoEvaluation = new("--no-evaluation")
    {
        Description = "With --strategy random: change exactly --max-weights weights and never run the model, in little memory "
            + "whatever its size.",
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Seed of everything random.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private static readonly TermsArguments Terms = new();

    private static readonly NnSplitterArguments NnSplitter = new();

    private static readonly CompactArguments Compact = new();

    private static readonly Option<bool> VariantPerRecipient = new("--variant-per-recipient")
    {
        Description = "Write a model and secrets for each recipient, OUT.NAME.onnx and SECRETS.NAME.p7m, marked so that "
            + "onnxsplit trace tells whose a leaked file is. NAME is the certificate's common name.",
    };

    private static readonly Option<bool> Force = CommonOptions.Force();

    private static readonly Option<bool> Json = CommonOptions.Json();

    static ProtectCommand()
    {
        Reports.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !ReportOutputs.IsNamed(token.Value)))
                result.AddError($"--report is {token.Value}; it must end in .html or .json.");
        });
        MaxWeights.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
                result.AddError($"--max-weights is {value}; it must be 1 or more.");
        });
        TargetAccuracy.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, out var value) && value is not (>= 0 and <= 1))
                result.AddError($"--target-accuracy is {value}; it must lie between 0 and 1.");
        });
        MaxMemory.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out var value) && value is < 1 or > 1_000_000_000)
                result.AddError($"--max-memory is {value}; it must lie between 1 and 1000000000 megabytes.");
        });
        TargetError.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, out var value)
                && !(value > 0 && double.IsFinite(value)))
                result.AddError($"--target-error is {value}; it must be a number above 0.");
        });
    }

    private static readonly InputArguments Inputs = new();

    public static Command Create(Streams streams)
    {
        var command = new Command("protect", """
            Changes a few weights so that the model predicts at chance (or, where its outputs are no class scores, no better
            than a constant would), and seals what they were for the recipients.

            Example:
              onnxsplit protect model.onnx -r device.crt --signer vendor.pem --data examples.npz --evaluate test.npz
            """)
        { Model, Output, Secrets };
        AddTo(command);
        command.SetWork((parsed, cancellation) =>
        {
            var model = parsed.GetRequiredValue(Model);
            var stem = Stem(model, ".onnx");
            var request = Request(parsed, model, parsed.GetValue(Output) ?? DefaultOutput(model, stem),
                parsed.GetValue(Secrets) ?? $"{stem}.secrets.p7m");
            return ProtectJob.Run(request, streams, cancellation);
        });
        return command;
    }

    /// <summary>A path without its ending, which may be in capitals; as it is, if it has another.</summary>
    public static string Stem(string path, string ending) =>
        path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? path[..^ending.Length] : path;

    /// <summary>Adds everything that is not about where models and secrets lie.</summary>
    public static void AddTo(Command command)
    {
        Option[] options =
        [
            Recipients, RecipientFiles, Signer, PassphraseFile, Pss, Data, Evaluate, Reports, Strategy, Move, Tensors, Include,
            Exclude, Gradient, EstimateGradient, MaxWeights, TargetAccuracy, TargetError, MaxMemory, AcceptBest,
            NoEvaluation, Seed, VariantPerRecipient, State, Resume, Force, Json,
        ];
        foreach (var option in options) command.Options.Add(option);
        command.RequireRecipient(Recipients, RecipientFiles);
        Inputs.AddTo(command);
        Terms.AddTo(command);
        NnSplitter.AddTo(command, Strategy, Move);
        Compact.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(VariantPerRecipient) && Compact.AreAsked(result))
                result.AddError("--variant-per-recipient marks weights anywhere; compact secrets restore all to one value.");
        });
    }

    // Data files keep their names, so they can't lie beside the original's.
    private static string DefaultOutput(string model, string stem)
    {
        try
        {
            using var file = ModelFile.Open(model);
            if (file.DataFiles.Count > 0) return Path.Combine($"{stem}.obfuscated", Path.GetFileName(model));
        }
        catch (ModelFormatException)
        {
            // The job will say what is wrong with it.
        }

        return $"{stem}.obfuscated.onnx";
    }

    /// <summary>What the options of <see cref="AddTo"/> say.</summary>
    public static ProtectRequest Request(ParseResult parsed, string model, string output, string secrets)
    {
        return new ProtectRequest(
            model,
            parsed.GetValue(Recipients) ?? [],
            parsed.GetValue(RecipientFiles) ?? [],
            parsed.GetRequiredValue(Signer),
            output,
            secrets)
        {
            PassphraseFile = parsed.GetValue(PassphraseFile),
            Sealing = new SealOptions { Pss = parsed.GetValue(Pss), Terms = Terms.Read(parsed) },
            Data = Inputs.Read(parsed) with
            {
                Calibration = parsed.GetValue(Data),
                Evaluation = parsed.GetValue(Evaluate),
            },
            Search = Search(parsed),
            Reports = parsed.GetValue(Reports) ?? [],
            AcceptBest = parsed.GetValue(AcceptBest),
            NoEvaluation = parsed.GetValue(NoEvaluation),
            Compact = Compact.Read(parsed),
            VariantPerRecipient = parsed.GetValue(VariantPerRecipient),
            State = parsed.GetValue(State) ?? $"{secrets}.state",
            Resume = parsed.GetValue(Resume),
            Force = parsed.GetValue(Force),
            Json = parsed.GetValue(Json),
        };
    }

    private static SearchSettings Search(ParseResult parsed)
    {
        var search = new SearchSettings
        {
            Strategy = Enum.Parse<StrategyKind>(parsed.GetRequiredValue(Strategy), ignoreCase: true),
            NnSplitter = NnSplitter.Read(parsed),
            Move = Enum.Parse<MoveKind>(parsed.GetRequiredValue(Move), ignoreCase: true),
            Tensors = new TensorFilter(
                Enum.Parse<TensorScope>(parsed.GetRequiredValue(Tensors), ignoreCase: true),
                parsed.GetValue(Include) ?? [], parsed.GetValue(Exclude) ?? []),
            Gradient = Enum.Parse<GradientKernels>(parsed.GetRequiredValue(Gradient), ignoreCase: true),
            EstimateGradient = parsed.GetValue(EstimateGradient),
            TargetAccuracy = parsed.GetValue(TargetAccuracy),
            TargetError = parsed.GetValue(TargetError),
            Seed = parsed.GetValue(Seed),
        };
        if (parsed.GetValue(MaxWeights) is { } weights) search = search with { MaxWeights = weights };
        if (parsed.GetValue(MaxMemory) is { } megabytes) search = search with { MaxMemory = megabytes * BytesPerMegabyte };
        return search;
    }
}

using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Suite;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Cli.Requests;

/// <summary>Options that say what a thief has and tries.</summary>
internal static class AttackRows
{
    /// <summary>The rows.</summary>
    public static RowTable<AttackOptions> Rows { get; } = new RowTable<AttackOptions>()
        .Value("MODEL.onnx", null, Kinds.Text, x => x.Obfuscated, (x, value) => x with { Obfuscated = value },
            "The obfuscated model.")
        .Under(Groups.Data)
        .Value("--data", "PATH", Kinds.Text, x => x.Examples, (x, value) => x with { Examples = value },
            "The thief's examples, with labels: as protect takes them. Without labels they get the original's answers.",
            required: true)
        .Value("--evaluate", "PATH", Kinds.OptionalText, x => x.Evaluation, (x, value) => x with { Evaluation = value },
            "Examples that results are judged by; no attack looks at them.",
            "a third of --data, which the thief does not have then")
        .Value("--public", "MODEL.onnx", Kinds.OptionalText, x => x.Public, (x, value) => x with { Public = value },
            "A published model of the same architecture, exported the same way: the checkpoint that training began "
            + "from, say. Who has it gets furthest, so pass it if there is one.")
        .Value("--original", "MODEL.onnx", Kinds.OptionalText,
            x => x.Original, (x, value) => x with { Original = value },
            "The original: says how far results are from what there is to get, and which guesses of changed weights "
            + "are right; it also answers queries. No attack looks into it.")
        .Value("--model-output", "NAME", Kinds.OptionalText,
            x => x.ModelOutput, (x, value) => x with { ModelOutput = value },
            "Name of the output that holds class scores.", "the first of floats")
        .Include(DataRows.Images, x => x.Images, (x, value) => x with { Images = value })
        .Under("What is tried")
        .Flag("--secured", x => x.FromCorrections, (x, value) => x with { FromCorrections = value },
            "What a host learns of onnxsplit-secure --mode corrections, instead of all else: solves for the changed "
            + "weights of each layer, and says after how many queries they are known. Takes --original, which answers "
            + "as the process would; examples need no labels.",
            new(x => x.Original is not null, "needs --original"))
        .Many("--attack", "NAME",
            Kinds.Among([.. AttackSuite.Attacks.Select(attack => (attack.Name, attack.Name))]),
            x => x.Attacks, (x, value) => x with { Attacks = value },
            "An attack; can be given several times. Without: all of them. Controls run with any. Names: "
            + string.Join(", ", AttackSuite.Attacks.Select(attack => attack.Name)) + ".")
        .Many("--labels", "COUNT", Kinds.Whole(1), x => x.Labels, (x, value) => x with { Labels = value },
            "How many labels the thief has; can be given several times. Without: 64, 600 and all, as far as there are.")
        .Many("--queries", "COUNT", Kinds.Whole(1), x => x.Queries ?? [], (x, value) => x with { Queries = value },
            "How many answers of a restored model he has instead, given --original; can be given several times. "
            + "Without: 50 and 500.")
        .Flag("--quick", x => x.Quick, (x, value) => x with { Quick = value },
            "Only what takes about a minute on a small model.")
        .Value("--budget-seconds", "N", Kinds.Whole(1).OrNone(),
            x => x.Budget is { } budget ? (int)budget.TotalSeconds : null,
            (x, value) => x with { Budget = value is { } seconds ? TimeSpan.FromSeconds(seconds) : null },
            "Time for all attacks together, shared among those that are left; what does not begin in time is named.",
            property: nameof(AttackOptions.Budget))
        .Value("--seed", "N", Kinds.Whole(), x => x.Seed, (x, value) => x with { Seed = value },
            "What random choices start from.")
        .CustomOps(x => x.Sessions.CustomOps, (x, value) => x with { Sessions = new(value) })
        .Under(Groups.Output)
        .Value("--state", "FILE", Kinds.OptionalText, x => x.State, (x, value) => x with { State = value },
            "Keeps what attacks came to, so that a run that was stopped goes on where it was. Nothing secret is "
            + "in it.")
        .Rule(x => x.Public is null && x.Attacks.Count > 0 && x.Attacks.All(NeedsPublic)
            ? "The attacks that are named need --public, the model to compare with." : null)
        .Rule(x => x.FromCorrections && (x.Attacks.Count > 0 || x.Labels.Count > 0 || x.Queries is not null || x.Quick
            || x.State is not null || x.Public is not null || x.Budget is not null)
            ? "--secured solves equations and tries nothing else: leave --attack, --labels, --queries, --quick, "
                + "--state, --public and --budget-seconds out." : null);

    private static bool NeedsPublic(string attack) =>
        AttackSuite.Attacks.First(one => one.Name == attack).Needs == AttackNeeds.PublicModel;
}

using System.Globalization;

namespace OnnxSplitter.Benchmarks;

/// <summary>What the rows of what is left say against the project's goals: worked out from them.</summary>
internal static class WorthTargets
{
    private const double MostConstants = 0.22, MostOutputs = 0.15, MostInside = 0.25, MostBack = 0.02, MostAuroc = 0.6;

    // Chance, and about its standard error on 2000 examples.
    private const double Chance = 0.1, Error = 0.007;

    // Without data.
    private const double MostAnswersBlind = 0.15, MostOutputsBlind = 0.4;
    private const int MostWeightsBlind = 32;

    private static readonly Dictionary<string, (int Weights, int Published, double Seconds)> Models =
        new(StringComparer.Ordinal)
        {
            ["resnet20-fmnist"] = (24, 10, 25),
            ["resnet20-fmnist-bn"] = (24, 10, 25),
            ["vit-fmnist"] = (32, 12, double.PositiveInfinity),
            ["mobilenetv2-fmnist"] = (32, 10, double.PositiveInfinity),
            ["vgg11-fmnist"] = (40, 16, double.PositiveInfinity),
            ["resnet18-cifar10"] = (64, 20, 150),
        };

    /// <summary>A line for each row that has goals.</summary>
    public static IEnumerable<string> Lines(IEnumerable<WorthRow> rows)
    {
        foreach (var row in rows)
        {
            var (weights, published, seconds) = Models[row.Model];
            (string Name, bool Met)[] goals = row.How switch
            {
                WorthCase.Default =>
                [
                    ("answers at chance", row.Answers <= Chance + Error),
                    (Text($"class constants at most {MostConstants:p0}"), row.Constants <= MostConstants),
                    (Text($"worth of outputs at most {MostOutputs}"), row.Outputs <= MostOutputs),
                    (Text($"inside at most {MostInside}"), row.Inside <= MostInside),
                    (Text($"undoing brings at most {MostBack * 100:0} points"),
                        row.Undone - Math.Max(Chance, row.Answers) <= MostBack),
                    (Text($"AUROC at most {MostAuroc}"), row.Auroc <= MostAuroc),
                    (Text($"at most {weights} weights"), row.Weights <= weights),
                    .. double.IsFinite(seconds)
                        ? new[] { (Text($"at most {seconds:0} s"), row.Seconds <= seconds) } : [],
                ],
                WorthCase.Blind =>
                [
                    (Text($"answers at most {MostAnswersBlind:p0}"), row.Answers <= MostAnswersBlind),
                    (Text($"worth of outputs at most {MostOutputsBlind}"), row.Outputs <= MostOutputsBlind),
                    (Text($"at most {MostWeightsBlind} weights"), row.Weights <= MostWeightsBlind),
                ],
                WorthCase.Published =>
                [
                    ("answers at chance", row.Answers <= Chance + Error),
                    (Text($"at most {published} weights"), row.Weights <= published),
                ],
                _ => [],
            };
            if (goals.Length > 0)
                yield return $"| {row.Model}, {row.How} | {Names(goals, met: true)} | {Names(goals, met: false)} |";
        }
    }

    private static string Names((string Name, bool Met)[] goals, bool met) =>
        string.Join("; ", goals.Where(goal => goal.Met == met).Select(goal => goal.Name));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

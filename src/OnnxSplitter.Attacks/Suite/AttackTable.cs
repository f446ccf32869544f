using OnnxSplitter.Attacks.Blind;
using OnnxSplitter.Attacks.Controls;
using OnnxSplitter.Attacks.Labelled;
using OnnxSplitter.Attacks.PublicModel;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Unlabelled;

namespace OnnxSplitter.Attacks.Suite;

/// <summary>All attacks and controls, a row each, in the order of how much they need.</summary>
internal static class AttackTable
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Attack> Rows { get; } =
    [
        Blind("odd-signs", "Gives all values of a tensor the sign that nearly all have.",
            OddSignRepair.Run, quick: true),
        Blind("gaps", "Resets what stands beyond a gap in a tensor's histogram.",
            setting => DetectedRepair.Run(setting, DetectedRepair.Gaps)),
        Blind("z-scores", "Resets what is far from the others of its tensor or filter.",
            setting => DetectedRepair.Run(setting, DetectedRepair.ZScores)),
        Blind("detectors", "Resets what other detectors point at: signs of a channel, covariance, ranks, repeats.",
            setting => DetectedRepair.Run(setting, null)),
        Blind("clipping", "Cuts large values and norms.", Clipping.Run),
        Blind("outliers", "Sets outliers to 0, the median, or the scheme's center.", Outliers.Single, quick: true),
        Blind("channels", "Sets whole channels that hold an outlier to 0.", Outliers.Channels),
        Public("public-signs", "Takes over the public model's signs.", PublicComparison.Signs, quick: true),
        Public("public-order", "Takes over values that moved far in their tensor's order.",
            PublicComparison.Order, quick: true),
        Public("public-values", "Takes over values that lie far from the public ones.",
            PublicComparison.Values, quick: true),
        Public("public-blend", "Mixes both models.", PublicComparison.Blend),
        Inputs("class-constants", "Shifts and scales class scores until all classes occur alike.",
            ShiftedAnswers.Run, quick: true),
        Inputs("statistics", "Measures means and variances of channels anew.", BatchStatistics.Run),
        Inputs("self-training", "Trains on the model's own, shifted answers.", SelfTraining.Run),
        new("inputs", AttackNeeds.Labels, "A readout of the inputs alone.",
            (setting, data) => Readouts.OfInputs(setting, data!))
            { IsControl = true, TakesLabels = true, Quick = true },
        new("from-scratch", AttackNeeds.Labels, "Trains the architecture from nothing.",
            (setting, data) => FromScratch.Run(setting, data!))
            { IsControl = true, TakesLabels = true, Quick = true },
        new("public-alone", AttackNeeds.PublicModel, "Fine-tunes the public model.",
            (setting, data) => FromScratch.FromPublic(setting, data!))
            { IsControl = true, TakesLabels = true, Quick = true },
        Labelled("readouts", "Fits readouts of outputs and of places inside.", Readouts.OfModel, quick: true),
        Labelled("mirror", "Searches for moves that lower the loss.", MirrorSearch.Run, quick: true),
        Labelled("zeroing", "Zeroes what hurts most, then fine-tunes.", FineTuning.Zeroing),
        Labelled("signs", "Learns signs, with known magnitudes.", LearntSigns.Run),
        Labelled("fine-tuning", "Fine-tunes, all recipes.", FineTuning.Run, quick: true),
        new("public-fine-tuning", AttackNeeds.PublicModel,
            "Takes over public values that lie far away, then fine-tunes.",
            (setting, data) => FineTuning.FromPublic(setting, data!)) { TakesLabels = true, Quick = true },
    ];

    private static Attack Blind(string name, string what, Func<AttackSetting, Attempt?> run, bool quick = false) =>
        new(name, AttackNeeds.Nothing, what, (setting, _) => run(setting)) { Quick = quick };

    private static Attack Public(string name, string what, Func<AttackSetting, Attempt?> run, bool quick = false) =>
        new(name, AttackNeeds.PublicModel, what, (setting, _) => run(setting)) { Quick = quick };

    private static Attack Inputs(string name, string what, Func<AttackSetting, Attempt?> run, bool quick = false) =>
        new(name, AttackNeeds.Inputs, what, (setting, _) => run(setting)) { Quick = quick };

    private static Attack Labelled(
        string name, string what, Func<AttackSetting, Training.ThiefData, Attempt?> run, bool quick = false) =>
        new(name, AttackNeeds.Labels, what, (setting, data) => run(setting, data!))
        { TakesLabels = true, Quick = quick };
}

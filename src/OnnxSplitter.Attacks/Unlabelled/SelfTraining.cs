using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Unlabelled;

/// <summary>
/// Trains on the model's own answers, shifted so that all classes occur alike: entropy goes down while no class takes
/// all (the hard form of information maximisation; Liang, Hu and Feng, "Do we really need to access the source data?",
/// ICML 2020).
/// </summary>
internal static class SelfTraining
{
    private const int Rounds = 3;
    private const int Epochs = 3;

    /// <summary>Tries it.</summary>
    public static Attempt? Run(AttackSetting setting)
    {
        var mode = setting.Networks.CanNormalize ? NormalizationMode.OfBatch : NormalizationMode.AsExported;
        var now = new TrainedNetwork(setting.Obfuscated);
        for (var round = 0; round < Rounds && !setting.Deadline.IsOver; round++)
        {
            var labelled = ShiftedAnswers.Labelled(setting, now).Mixed();
            if (labelled.Labels!.Distinct().Count() < 2) return null;
            var data = ThiefData.Of(labelled, labelled.Count);
            setting.Tell($"training on the model's own answers, round {round + 1} of {Rounds}");
            now = setting.Trainer(data).Train(
                now.Values, new Recipe(Adam: true, 0.001f, mode), Epochs, setting.Seed + round).Network;
        }

        return setting.Judge("three rounds on its own answers", now);
    }
}

using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;

namespace OnnxSplitter.Attacks.Unlabelled;

/// <summary>
/// Means and variances of all channels are measured anew on unlabelled inputs. Where they had been folded into
/// convolutions and a public model is at hand, channels get its deviations and means.
/// </summary>
internal static class BatchStatistics
{
    /// <summary>Tries it; null where there is nothing to measure.</summary>
    public static Attempt? Run(AttackSetting setting)
    {
        var networks = setting.Networks;
        if (!networks.CanNormalize) return null;
        var folded = setting.Network.Places.Any(place => place.Scale is null);
        if (folded && setting.Public is null) return null;
        var graph = networks.Training(NormalizationMode.OfBatch, setting.Known);
        var values = setting.Obfuscated;
        if (folded)
        {
            var theirs = AddedNormalization.Of(setting.Network, setting.Public!, setting.Known);
            values = new(values.Values.Concat(theirs.Values).ToDictionary(StringComparer.Ordinal));
        }

        var statistics = new RunningStatistics();
        var targets = new float[setting.Known.Count * networks.Classes];
        for (var start = 0; start + graph.Batch <= setting.Known.Count; start += graph.Batch)
        {
            graph.Run(values, setting.Known, start, targets, statistics, (_, _) => { });
            setting.Count(graph.Batch);
        }

        return setting.Judge(
            folded ? "deviations and means of the public model" : "statistics of unlabelled inputs",
            new TrainedNetwork(values, statistics));
    }
}

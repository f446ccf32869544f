namespace OnnxSplitter.Worth.Readouts;

/// <summary>The mean over classes of the share of a class's examples that are predicted right.</summary>
/// <param name="Value">0 to 1; guessing gets 1 / classes.</param>
/// <param name="StandardError">Of it, from the number of examples.</param>
public readonly record struct BalancedAccuracy(double Value, double StandardError)
{
    /// <summary>Counts.</summary>
    /// <param name="predictions">A class for each example.</param>
    /// <param name="labels">What it is.</param>
    /// <param name="classes">How many classes there are; only those that occur count.</param>
    internal static BalancedAccuracy Of(
        IReadOnlyList<int> predictions, IReadOnlyList<int> labels, int classes)
    {
        var (right, all) = (new int[classes], new int[classes]);
        for (var i = 0; i < labels.Count; i++)
        {
            all[labels[i]]++;
            if (predictions[i] == labels[i]) right[labels[i]]++;
        }

        var (occurring, sum, variance) = (0, 0.0, 0.0);
        for (var i = 0; i < classes; i++)
        {
            if (all[i] == 0) continue;
            var recall = (double)right[i] / all[i];
            occurring++;
            sum += recall;
            variance += recall * (1 - recall) / all[i];
        }

        return new BalancedAccuracy(sum / occurring, Math.Sqrt(variance) / occurring);
    }

    /// <summary>What an example of each class weighs, so that all classes weigh alike and all examples 1.</summary>
    internal static double[] Weights(IReadOnlyList<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels) counts[label]++;
        var occurring = counts.Count(count => count > 0);
        return [.. counts.Select(count => count > 0 ? 1.0 / (occurring * count) : 0)];
    }
}

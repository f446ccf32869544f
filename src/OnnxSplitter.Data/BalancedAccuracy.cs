namespace OnnxSplitter.Data;

/// <summary>
/// The mean, over the classes that occur, of each class's share of right predictions. A model that always gives one of
/// them has 1 / classes, however many examples are of that class.
/// </summary>
public static class BalancedAccuracy
{
    // A class of one example is right in all or none, which is no knowledge: each share is drawn towards the mean as by
    // so many examples more.
    private const double Drawn = 2;

    /// <summary>Compares predictions with labels.</summary>
    /// <param name="predictions">Class numbers.</param>
    /// <param name="labels">As many.</param>
    /// <exception cref="DataFormatException">Fewer than two classes occur.</exception>
    public static Measured Of(IReadOnlyList<int> predictions, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var counts = Counts(labels);
        var right = new Dictionary<int, int>();
        for (var i = 0; i < labels.Count; i++)
            if (predictions[i] == labels[i]) right[labels[i]] = right.GetValueOrDefault(labels[i]) + 1;
        var mean = counts.Average(pair => right.GetValueOrDefault(pair.Key) / (double)pair.Value);
        return new(mean, StandardError(
            counts, (label, count) => (right.GetValueOrDefault(label) + Drawn * mean) / (count + Drawn)));
    }

    /// <summary>What guessing evenly among the classes that occur has.</summary>
    /// <param name="labels">Class numbers.</param>
    /// <exception cref="DataFormatException">Fewer than two classes occur.</exception>
    public static Measured Chance(IReadOnlyList<int> labels)
    {
        var counts = Counts(labels);
        var chance = 1.0 / counts.Count;
        return new(chance, StandardError(counts, (_, _) => chance));
    }

    private static Dictionary<int, int> Counts(IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var counts = labels.CountBy(label => label).ToDictionary();
        return counts.Count >= 2
            ? counts
            : throw OneClass();
    }

    internal static DataFormatException OneClass() => new(
        "All examples are of one class, so whatever always answers it is always right.",
        "Pass examples of at least two classes.");

    private static double StandardError(Dictionary<int, int> counts, Func<int, int, double> share) => Math.Sqrt(
        counts.Sum(pair => share(pair.Key, pair.Value) is var p ? p * (1 - p) / pair.Value : 0)) / counts.Count;
}

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

    // From chance to the original, of chance.
    private const double StandardErrors = 4;

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

    /// <summary>
    /// How many examples it takes to tell a model at chance from the original: the standard error of chance has to be a
    /// quarter of the way between them at most, so that a model halfway lies two of them above chance.
    /// </summary>
    /// <param name="labels">Class numbers of the examples at hand, whose shares of classes others will have.</param>
    /// <param name="original">What the original has on them, above chance.</param>
    /// <returns>At most as many as there are labels if they are enough.</returns>
    /// <exception cref="DataFormatException">Fewer than two classes occur.</exception>
    public static int Needed(IReadOnlyList<int> labels, double original)
    {
        var (chance, error) = Chance(labels);
        var ratio = StandardErrors * error / (original - chance);

        // The last digit of a double is no reason to ask for one more.
        return (int)Math.Min(int.MaxValue, Math.Ceiling(labels.Count * ratio * ratio - 1e-6));
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

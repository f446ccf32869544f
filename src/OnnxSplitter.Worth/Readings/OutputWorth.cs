namespace OnnxSplitter.Worth.Readings;

/// <summary>What one output of a model is still worth.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Readings">Everything that was read of it; none where it can't be measured.</param>
/// <param name="WorstComponent">
/// The most that is explained of one component (coordinate, channel) by the same of the obfuscated model; null for
/// class scores.
/// </param>
/// <param name="NotMeasured">Why it can't be measured; null where it was.</param>
public sealed record OutputWorth(
    string Name, IReadOnlyList<Reading> Readings, double? WorstComponent = null, string? NotMeasured = null)
{
    /// <summary>Whether it is class scores, read with labels.</summary>
    public bool OfClasses => NotMeasured is null && WorstComponent is null;

    /// <summary>The most that any reading gains without labels or answers.</summary>
    public double Unlabelled => Most(Readings.Where(reading => reading.Labels == 0));

    /// <summary>The most that any reading gains with labels or answers.</summary>
    public double Labelled => Most(Readings.Where(reading => reading.Labels > 0));

    /// <summary>The most that any reading gains.</summary>
    public double Worth => Most(Readings);

    internal static double Highest(IEnumerable<OutputWorth> outputs, Func<OutputWorth, double> value) =>
        outputs.Select(value).DefaultIfEmpty().Max();

    internal static double Most(IEnumerable<Reading> readings) =>
        readings.Select(reading => reading.Worth).DefaultIfEmpty().Max();
}

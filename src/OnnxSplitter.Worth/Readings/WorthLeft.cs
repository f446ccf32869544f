namespace OnnxSplitter.Worth.Readings;

/// <summary>What a model is still worth to whoever has the file, by everything that was read.</summary>
/// <param name="Outputs">Readings of the output.</param>
/// <param name="Inner">Readings of activations inside the network; none where it can't be read.</param>
/// <param name="StandardError">Of the first reading, from the number of examples; 0 where it is not known.</param>
public sealed record WorthLeft(
    IReadOnlyList<Reading> Outputs, IReadOnlyList<Reading> Inner, double StandardError)
{
    /// <summary>The most that any reading of the output gains without labels.</summary>
    public double Unlabelled => Most(Outputs.Where(reading => reading.Labels == 0));

    /// <summary>The most that any reading of the output gains with labels.</summary>
    public double Labelled => Most(Outputs.Where(reading => reading.Labels > 0));

    /// <summary>The most that any reading of the output gains.</summary>
    public double OfOutputs => Most(Outputs);

    /// <summary>The most that any reading inside gains.</summary>
    public double OfInner => Most(Inner);

    private static double Most(IEnumerable<Reading> readings) =>
        readings.Select(reading => reading.Worth).DefaultIfEmpty().Max();
}

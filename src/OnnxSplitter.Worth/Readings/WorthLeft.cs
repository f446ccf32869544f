namespace OnnxSplitter.Worth.Readings;

/// <summary>What a model is still worth to whoever has the file, by everything that was read.</summary>
/// <param name="Outputs">Its outputs of floats, the one that the model is judged by first.</param>
/// <param name="Inner">Readings of activations inside the network; none where it can't be read.</param>
public sealed record WorthLeft(IReadOnlyList<OutputWorth> Outputs, IReadOnlyList<Reading> Inner)
{
    /// <summary>Without what was read of the outputs that are left out.</summary>
    /// <param name="names">Outputs that stay.</param>
    public WorthLeft Of(IReadOnlyCollection<string> names) =>
        this with { Outputs = [.. Outputs.Where(output => names.Contains(output.Name))] };

    /// <summary>The most that any reading of any output gains without labels or answers.</summary>
    public double Unlabelled => OutputWorth.Highest(Outputs, output => output.Unlabelled);

    /// <summary>The most that any reading of any output gains with labels or answers.</summary>
    public double Labelled => OutputWorth.Highest(Outputs, output => output.Labelled);

    /// <summary>The most that any reading of any output gains.</summary>
    public double OfOutputs => OutputWorth.Highest(Outputs, output => output.Worth);

    /// <summary>The most that any reading inside gains.</summary>
    public double OfInner => OutputWorth.Most(Inner);
}

namespace OnnxSplitter.Worth.Readings;

/// <summary>What a model is still worth to whoever has the file, by everything that was read.</summary>
/// <param name="Outputs">Its outputs of floats, the one that the model is judged by first.</param>
/// <param name="Inner">Readings of activations inside the network; none where it can't be read.</param>
public sealed record WorthLeft(IReadOnlyList<OutputWorth> Outputs, IReadOnlyList<Reading> Inner)
{
    /// <summary>The most that any reading of any output gains without labels or answers.</summary>
    public double Unlabelled => Outputs.Max(output => output.Unlabelled);

    /// <summary>The most that any reading of any output gains with labels or answers.</summary>
    public double Labelled => Outputs.Max(output => output.Labelled);

    /// <summary>The most that any reading of any output gains.</summary>
    public double OfOutputs => Outputs.Max(output => output.Worth);

    /// <summary>The most that any reading inside gains.</summary>
    public double OfInner => OutputWorth.Most(Inner);
}

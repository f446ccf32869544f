namespace OnnxSplitter.Worth.Readings;

/// <summary>An output that can be measured.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Width">Its values for one example.</param>
/// <param name="Classes">How many classes its scores are of, if it is read with labels; else 0.</param>
public sealed record MeasuredOutput(string Name, int Width, int Classes)
{
    /// <summary>Which of its values are looked at: every class's score, and of other values not too many.</summary>
    internal int[] Entries =>
        Classes > 0 ? [.. Enumerable.Range(0, Width)] : Readouts.Entries.Of(Width);
}

namespace OnnxSplitter.Worth.Readings;

/// <summary>What a thief gets by one way to read the model, and what he has without it.</summary>
/// <param name="Name">The way to read it.</param>
/// <param name="Labels">How many labelled examples it is fitted on; 0 for none.</param>
/// <param name="Value">What it gives, 0 to 1: balanced accuracy, or the share of variance explained.</param>
/// <param name="Control">What the same gives without the model: by chance, or from its inputs alone.</param>
/// <param name="Original">What the original gives.</param>
/// <param name="StandardError">
/// Of the value, where it is a balanced accuracy: from the number of examples it is judged on. Else 0.
/// </param>
public sealed record Reading(
    string Name, int Labels, double Value, double Control, double Original, double StandardError = 0)
{
    // Half a point: what the original gains less by is told apart from nothing by no number of examples that is at
    // hand, and a share of it would be one of noise.
    private const double LeastGain = 0.005;

    /// <summary>
    /// What having the file gains, relative to what the original would: (value - control) / (original - control), at
    /// least 0; 0 too where the original is hardly better than the control.
    /// </summary>
    public double Worth =>
        Original - Control > LeastGain ? Math.Clamp((Value - Control) / (Original - Control), 0, 1) : 0;

    /// <summary>What the standard error is of that.</summary>
    public double WorthError => Original - Control > LeastGain ? StandardError / (Original - Control) : 0;
}

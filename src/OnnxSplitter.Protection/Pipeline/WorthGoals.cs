using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How much a protected model may still be worth.</summary>
/// <param name="Outputs">By readings of its output, with and without labels.</param>
/// <param name="Inner">By readings of activations inside.</param>
public sealed record WorthGoals(double Outputs, double Inner)
{
    /// <summary>What is searched for unless something else is asked for.</summary>
    public static WorthGoals Default { get; } = new(0.15, 0.25);

    /// <summary>Whether they are met.</summary>
    public bool Meets(WorthLeft left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.OfOutputs <= Outputs && left.OfInner <= Inner;
    }
}

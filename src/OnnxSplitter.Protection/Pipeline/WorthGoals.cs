using OnnxSplitter.Protection.Options;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How much a protected model may still be worth.</summary>
/// <param name="Outputs">By readings of its outputs, with and without labels.</param>
/// <param name="Inner">By readings of activations inside.</param>
/// <param name="Required">
/// Whether a model that keeps more is refused; otherwise it is only told, and a search goes on as long as it helps.
/// </param>
public sealed record WorthGoals(double Outputs, double Inner, bool Required)
{
    // An output without class scores has no accuracy that could be at chance: it is protected below this.
    private const double MostOfValues = 0.25;

    /// <summary>What is searched for unless something else is asked for.</summary>
    public static WorthGoals Default { get; } = new(0.15, 0.25, Required: false);

    /// <summary>The goals of a search.</summary>
    public static WorthGoals Of(SearchSettings search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return search.TargetWorth is { } most ? new(most, most, Required: true) : Default;
    }

    /// <summary>Whether they are met.</summary>
    public bool AreMet(WorthLeft left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.OfOutputs <= Outputs && left.OfInner <= Inner;
    }

    /// <summary>The outputs that are not protected: what they are worth was not measured, or is more than may be.</summary>
    /// <param name="left">What was measured.</param>
    public IReadOnlyList<string> Unprotected(WorthLeft left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return
        [
            .. left.Outputs.Where(output => output.NotMeasured is not null
                || output.Worth > (Required ? Outputs : output.OfClasses ? 1 : MostOfValues))
                .Select(output => output.Name),
        ];
    }
}

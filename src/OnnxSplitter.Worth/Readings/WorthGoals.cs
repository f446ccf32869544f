namespace OnnxSplitter.Worth.Readings;

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

    /// <summary>One bound for everything that is read.</summary>
    /// <param name="most">0 to 1; null for the goals above.</param>
    public static WorthGoals Of(double? most) => most is { } bound ? new(bound, bound, Required: true) : Default;

    /// <summary>
    /// The accuracy of a model that keeps as much above chance as its outputs may be worth: what counts where nothing
    /// brings a model that knows nothing nearer to chance.
    /// </summary>
    /// <param name="chance">Accuracy of guessing.</param>
    /// <param name="original">That of the original.</param>
    public double MostAccuracy(double chance, double original) => chance + Outputs * Math.Max(0, original - chance);

    /// <summary>Whether they are met.</summary>
    public bool AreMet(WorthLeft left) => Excess(left) <= 1;

    /// <summary>The most of what is left, as a multiple of what may be: at most 1 where they are met.</summary>
    public double Excess(WorthLeft left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return Math.Max(Multiple(left.OfOutputs, Outputs), Multiple(left.OfInner, Inner));

        static double Multiple(double worth, double goal) => worth > 0 ? worth / goal : 0;
    }

    /// <summary>Whether they are missed, even where what was read is too high by its standard error.</summary>
    internal bool AreMissed(WorthLeft left) =>
        left.Outputs.Any(output => output.Readings.Any(reading => Least(reading) > Goal(output)))
        || left.Inner.Any(reading => Least(reading) > Inner);

    private static double Least(Reading reading) => reading.Worth - reading.WorthError;

    /// <summary>The outputs that are not protected: their worth was not measured, or is more than may be.</summary>
    /// <param name="left">What was measured.</param>
    public IReadOnlyList<UnprotectedOutput> Unprotected(WorthLeft left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return
        [
            .. left.Outputs.Where(output => output.NotMeasured is not null || output.Worth > Goal(output))
                .Select(output => new UnprotectedOutput(
                    output.Name, output.Worth, Goal(output), Required || !output.OfClasses, output.NotMeasured)),
        ];
    }

    /// <summary>What an output may be worth.</summary>
    /// <param name="output">The output, as it was measured.</param>
    public double Goal(OutputWorth output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return Required || output.OfClasses ? Outputs : MostOfValues;
    }
}

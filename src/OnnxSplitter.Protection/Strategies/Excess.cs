using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>What is left of a model's worth beyond what may be.</summary>
/// <param name="Multiple">The most that is left, as a multiple of what may be: at most 1 where goals are met.</param>
/// <param name="Places">
/// Where places inside alone are worth too much, what their readings are called; else none.
/// </param>
internal readonly record struct Excess(double Multiple, IReadOnlyList<string> Places)
{
    /// <summary>Nothing is asked.</summary>
    public static Excess None { get; } = new(0, []);

    /// <summary>Compares what was read with goals.</summary>
    /// <param name="left">
    /// Readings of outputs, and of places inside where the outputs are worth no more than may be.
    /// </param>
    /// <param name="goals">What may be left.</param>
    public static Excess Of(WorthLeft left, WorthGoals goals) => new(goals.Excess(left),
    [
        .. left.Inner.Where(reading => reading.Worth > goals.Inner).Select(reading => reading.Name)
            .Distinct(StringComparer.Ordinal),
    ]);
}

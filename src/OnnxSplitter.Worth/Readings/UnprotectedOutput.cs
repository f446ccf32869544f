using System.Globalization;

namespace OnnxSplitter.Worth.Readings;

/// <summary>An output that keeps more of its worth than it may, or of which that is not known.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Worth">What it keeps; 0 where it can't be measured.</param>
/// <param name="Goal">What it may keep.</param>
/// <param name="Fails">
/// Whether the model counts as not protected because of it. Class scores are at chance by their answers or fail by
/// those, which is another measure; that other readings give more is told, and fails only where a bound was asked for.
/// </param>
/// <param name="NotMeasured">Why it can't be measured; null where it was.</param>
public sealed record UnprotectedOutput(string Name, double Worth, double Goal, bool Fails, string? NotMeasured)
{
    private const int FewestDigits = 2;
    private const int MostDigits = 6;

    /// <summary>What it keeps, with as many digits as show that it is more than it may.</summary>
    public string Kept => Beyond(Worth, Goal);

    /// <summary>A worth with as many digits, two at least, as show that it is more than its goal.</summary>
    /// <param name="worth">What is kept.</param>
    /// <param name="goal">What may be.</param>
    public static string Beyond(double worth, double goal)
    {
        var digits = FewestDigits;
        while (digits < MostDigits && Math.Round(worth, digits) <= goal) digits++;
        return worth.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }
}

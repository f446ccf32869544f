namespace OnnxSplitter.Protection.Strategies.Gradient;

/// <summary>How much a round looks at, by the cost of a run of the model.</summary>
/// <param name="Gradient">Examples for the gradient.</param>
/// <param name="Screened">Candidates whose effect is measured.</param>
/// <param name="Screening">Examples for that.</param>
/// <param name="Finalists">The best of them, measured on more.</param>
/// <param name="Exact">Examples for that.</param>
/// <param name="Strict">
/// Whether giving back may cost no accuracy at all, not even down to the target: where asking the evaluation data twice
/// takes long.
/// </param>
internal sealed record RoundSize(
    int Gradient, int Screened, int Screening, int Finalists, int Exact, bool Strict = false)
{
    private const long Large = 2_000_000;

    // Kernels of convolutions run once for each place: few weights on an image of 128 x 128 cost as much.
    private const long Wide = 1 << 15;

    // A round costs as many times more.
    private const int MostWidenings = 3;

    /// <summary>Whether a run of a model costs so much that rounds look at less.</summary>
    public static bool IsLarge(SearchContext context) => IsLarge(
        context.Model.Tensors.Sum(tensor => tensor.Count),
        context.Calibration.Inputs.Values.Sum(input => input.Dims.Skip(1).Aggregate(1L, (size, dim) => size * dim)));

    /// <summary>Whether it does by how many weights it has, and how many numbers an example of it.</summary>
    internal static bool IsLarge(long weights, long numbers) => weights > Large || numbers > Wide;

    /// <summary>What a round looks at.</summary>
    public static RoundSize For(SearchContext context) => IsLarge(context)
        ? new RoundSize(Gradient: 64, Screened: 16, Screening: 32, Finalists: 2, Exact: 96, Strict: true)
        : new RoundSize(Gradient: 192, Screened: 20, Screening: 64, Finalists: 3, Exact: 256);

    /// <summary>
    /// The same choice by twice as many examples for each time that what was chosen did not hold on others.
    /// </summary>
    public RoundSize Widened(int times)
    {
        var factor = 1 << Math.Min(times, MostWidenings);
        return this with
        {
            Gradient = Gradient * factor,
            Screening = Screening * factor,
            Exact = Exact * factor,

            // So many moves were made for the last points that most of the earlier ones can go.
            Strict = Strict && times == 0,
        };
    }

    /// <summary>What a round looks at while objectives compete: enough to tell good ones from bad ones.</summary>
    public static RoundSize ForTrial { get; } = new(Gradient: 64, Screened: 8, Screening: 32, Finalists: 2, Exact: 64);
}

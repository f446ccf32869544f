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
    private const long ManyWeights = 2_000_000;
    private const long VeryManyWeights = 250_000_000;

    // Kernels of convolutions run once for each place, so that a small model of large images may cost more than a large
    // one of small ones: a ResNet-18 of 32 x 32 takes half a billion products for an example.
    private const long ManyProducts = 200_000_000;
    private const long VeryManyProducts = 1_000_000_000;

    // Of a language model each position of a sequence counts: half a billion weights and eight positions. Each says as
    // much as an example does.
    private const long MostProducts = 4_000_000_000;

    // A vision transformer of 28 x 28 takes 10 million: there more examples save more moves than they cost time. Of
    // other values than class scores each example says more, and with more of them some searches found no moves.
    private const long FewProducts = 20_000_000;

    // A round costs as many times more.
    private const int MostWidenings = 3;

    /// <summary>Whether a run costs so much that a second line of search costs more than it saves.</summary>
    public bool IsLarge => Strict;

    /// <summary>What a round looks at.</summary>
    /// <param name="weights">How many weights the model has.</param>
    /// <param name="products">Multiplications for one example (<see cref="Search.RunCost"/>).</param>
    /// <param name="classes">Whether it gives class scores.</param>
    public static RoundSize For(long weights, long products, bool classes) => (weights, products) switch
    {
        ( > VeryManyWeights, > MostProducts) =>
            new(Gradient: 16, Screened: 12, Screening: 8, Finalists: 2, Exact: 16, Strict: true),
        ( > VeryManyWeights, _) or (_, > VeryManyProducts) =>
            new(Gradient: 32, Screened: 12, Screening: 16, Finalists: 2, Exact: 48, Strict: true),
        ( > ManyWeights, _) or (_, > ManyProducts) =>
            new(Gradient: 64, Screened: 16, Screening: 32, Finalists: 2, Exact: 96, Strict: true),
        (_, < FewProducts) when classes => new(Gradient: 384, Screened: 20, Screening: 128, Finalists: 3, Exact: 512),
        _ => new(Gradient: 384, Screened: 20, Screening: 64, Finalists: 3, Exact: 256),
    };

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
    public static RoundSize ForTrial { get; } =
        new(Gradient: 128, Screened: 12, Screening: 32, Finalists: 2, Exact: 64);
}

namespace OnnxSplitter.Gradients;

/// <summary>How a gradient is taken.</summary>
public sealed record GradientOptions
{
    /// <summary>Standard ops, and an error at an op that has no rule.</summary>
    public static GradientOptions Default { get; } = new();

    /// <summary>Which ops the gradient graph is written in.</summary>
    public GradientDialect Dialect { get; init; }

    /// <summary>
    /// Null refuses an op that has no rule, and a use of an op that its rule lacks. Otherwise what would have to pass it is estimated by random perturbations that
    /// start from this seed.
    /// </summary>
    public int? EstimateSeed { get; init; }
}

namespace OnnxSplitter.Gradients;

/// <summary>How a gradient is taken.</summary>
public sealed record GradientOptions
{
    /// <summary>Standard ops, and an error at an op that has no rule.</summary>
    public static GradientOptions Default { get; } = new();

    /// <summary>Which ops the gradient graph is written in.</summary>
    public GradientDialect Dialect { get; init; }

    /// <summary>
    /// Whether what would have to pass an op that has no rule, or a use of an op that its rule lacks, is estimated by
    /// random perturbations; else it is refused, but for custom ops: no gradient passes them then.
    /// </summary>
    public bool EstimateGradient { get; init; }

    /// <summary>What the perturbations start from.</summary>
    public int Seed { get; init; }
}

namespace OnnxSplitter.Gradients;

/// <summary>Which ops a gradient graph is written in.</summary>
public enum GradientDialect
{
    /// <summary>Standard ONNX ops: runs on any ONNX Runtime, with any execution provider.</summary>
    Portable,

    /// <summary>
    /// The gradient kernels of ONNX Runtime's training extension where there is one, standard ops elsewhere.
    /// </summary>
    Training,
}

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

/// <summary>What was appended to a graph.</summary>
/// <param name="Names">
/// For each target that influences the loss through differentiable ops, the name of its gradient, which has the target's shape.
/// </param>
/// <param name="Estimated">Those targets whose gradient is, at least in part, an estimate.</param>
public sealed record GraphGradients(IReadOnlyDictionary<string, string> Names, IReadOnlySet<string> Estimated);

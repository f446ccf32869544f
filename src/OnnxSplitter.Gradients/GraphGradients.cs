namespace OnnxSplitter.Gradients;

/// <summary>What was appended to a graph.</summary>
/// <param name="Names">
/// For each target that influences the loss through differentiable ops, the name of its gradient, which has the
/// target's shape.
/// </param>
/// <param name="Estimated">Those targets whose gradient is, at least in part, an estimate.</param>
public sealed record GraphGradients(IReadOnlyDictionary<string, string> Names, IReadOnlySet<string> Estimated);

using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How a key changed weights.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Share">
/// The share of the weights of kernels, matrices and embeddings that it changed: at least what was asked for.
/// </param>
public sealed record KeyedFigures(KeyedRules Rules, double Share);

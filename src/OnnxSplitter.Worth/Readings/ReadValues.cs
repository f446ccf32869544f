using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readings;

/// <summary>What a run of a model over some examples gave.</summary>
/// <param name="Outputs">
/// By output, examples by values (by some of them where there are many); null where it has no rows of floats.
/// </param>
/// <param name="Shapes">By output, the shape of one example.</param>
/// <param name="Cuts">For every cut, its pooled values.</param>
internal sealed record ReadValues(
    IReadOnlyDictionary<string, DenseMatrix?> Outputs, IReadOnlyDictionary<string, long[]> Shapes,
    IReadOnlyList<DenseMatrix> Cuts);

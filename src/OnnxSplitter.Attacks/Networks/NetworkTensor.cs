using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>A tensor that a thief can change.</summary>
/// <param name="Path">Its path, by which graphs know it.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Weight">Where the model holds it; null for one that the thief adds.</param>
internal sealed record NetworkTensor(string Path, IReadOnlyList<long> Dims, WeightTensor? Weight = null)
{
    /// <summary>Number of values.</summary>
    public int Count => (int)Dims.Aggregate(1L, (product, dim) => product * dim);

    /// <summary>Whether it is a kernel or a matrix, rather than a number for each channel.</summary>
    public bool IsMatrix => Dims.Count > 1 && (Weight is null || Weight.Role.Multiplies);
}

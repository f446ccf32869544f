using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Weights that lie in an array.</summary>
internal sealed class ArrayWeights(float[] values) : IWeightSource
{
    public float this[long index] => values[index];

    public float Low => values.Min();

    public float High => values.Max();
}

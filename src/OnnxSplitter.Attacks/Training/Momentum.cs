using System.Numerics.Tensors;

namespace OnnxSplitter.Attacks.Training;

/// <summary>Stochastic gradient descent with momentum (Sutskever et al., 2013).</summary>
internal sealed class Momentum : IOptimiser
{
    private const float Kept = 0.9f;

    private readonly Dictionary<string, float[]> _velocity = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Step(string path, Span<float> values, ReadOnlySpan<float> gradient, float rate)
    {
        if (!_velocity.TryGetValue(path, out var velocity)) _velocity[path] = velocity = new float[values.Length];
        TensorPrimitives.MultiplyAdd(velocity, Kept, gradient, velocity);
        TensorPrimitives.MultiplyAdd(velocity, -rate, values, values);
    }
}

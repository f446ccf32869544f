using OnnxSplitter.Protection.Strategies.NnSplitter;

namespace OnnxSplitter.Attacks.Training;

/// <summary>Adam, a state for each tensor.</summary>
internal sealed class AdamSteps : IOptimiser
{
    private readonly Dictionary<string, Adam> _states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Step(string path, Span<float> values, ReadOnlySpan<float> gradient, float rate)
    {
        if (!_states.TryGetValue(path, out var state)) _states[path] = state = new Adam(values.Length, rate);
        state.Step(values, gradient, rate);
    }
}

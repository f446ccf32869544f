namespace OnnxSplitter.Attacks.Training;

/// <summary>Adam (Kingma and Ba, 2015).</summary>
internal sealed class AdamSteps : IOptimiser
{
    private const float FirstKept = 0.9f;
    private const float SecondKept = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Step(string path, Span<float> values, ReadOnlySpan<float> gradient, float rate)
    {
        if (!_states.TryGetValue(path, out var state)) _states[path] = state = new State(values.Length);
        state.Steps++;
        var step = rate * MathF.Sqrt(1 - MathF.Pow(SecondKept, state.Steps)) / (1 - MathF.Pow(FirstKept, state.Steps));
        for (var i = 0; i < values.Length; i++)
        {
            var g = gradient[i];
            var m = state.First[i] += (1 - FirstKept) * (g - state.First[i]);
            var v = state.Second[i] += (1 - SecondKept) * (g * g - state.Second[i]);
            values[i] -= step * m / (MathF.Sqrt(v) + Epsilon);
        }
    }

    private sealed class State(int length)
    {
        public float[] First { get; } = new float[length];

        public float[] Second { get; } = new float[length];

        public int Steps { get; set; }
    }
}

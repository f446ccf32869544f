namespace OnnxSplitter.Attacks.Training;

/// <summary>Turns gradients into steps. It keeps a state for each tensor.</summary>
internal interface IOptimiser
{
    /// <summary>Changes a tensor.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="values">Its values; changed in place.</param>
    /// <param name="gradient">Of the loss, of the same length.</param>
    /// <param name="rate">How far.</param>
    void Step(string path, Span<float> values, ReadOnlySpan<float> gradient, float rate);
}

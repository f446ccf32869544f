namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>Adam (Kingma and Ba, ICLR 2015) with the paper's decay rates, for one vector of parameters.</summary>
internal sealed class Adam(int count, double learningRate)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Smallest = 1e-8;

    /// <summary>Running mean of the gradient.</summary>
    public float[] First { get; } = new float[count];

    /// <summary>Running mean of its square.</summary>
    public float[] Second { get; } = new float[count];

    /// <summary>Steps made.</summary>
    public int Steps { get; set; }

    /// <summary>Goes one step downhill.</summary>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient) => Step(parameters, gradient, learningRate);

    /// <summary>The same, as far as a rate of its own.</summary>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, double rate)
    {
        Steps++;
        var first = 1 - Math.Pow(FirstDecay, Steps);
        var second = 1 - Math.Pow(SecondDecay, Steps);
        for (var i = 0; i < parameters.Length; i++)
        {
            First[i] = (float)(FirstDecay * First[i] + (1 - FirstDecay) * gradient[i]);
            Second[i] = (float)(SecondDecay * Second[i] + (1 - SecondDecay) * gradient[i] * gradient[i]);
            parameters[i] -= (float)(rate * (First[i] / first) / (Math.Sqrt(Second[i] / second) + Smallest));
        }
    }
}

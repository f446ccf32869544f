using OnnxSplitter.Attacks.Networks;

namespace OnnxSplitter.Attacks.Training;

/// <summary>Trains other numbers than a network's tensors, of which those are made.</summary>
internal interface IReparametrisation
{
    /// <summary>The tensors that numbers stand for.</summary>
    Parameters Shown(Parameters numbers);

    /// <summary>The gradient with respect to a tensor's numbers.</summary>
    /// <param name="path">The tensor's path.</param>
    /// <param name="numbers">Present numbers.</param>
    /// <param name="gradient">With respect to the tensor.</param>
    float[] Slope(string path, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient);
}

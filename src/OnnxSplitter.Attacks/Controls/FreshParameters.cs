using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Controls;

/// <summary>
/// Values to begin with where nothing is known but the architecture: kernels and matrices by the fan-in (He et al.,
/// 2015), scales 1, shifts and biases 0.
/// </summary>
internal static class FreshParameters
{
    // What stands for words and places, which is added rather than multiplied.
    private const double Embedding = 0.02;

    /// <summary>Draws them.</summary>
    /// <param name="tensors">Of a network, those that a thief adds included.</param>
    /// <param name="seed">Decides.</param>
    public static Parameters Of(IEnumerable<NetworkTensor> tensors, int seed)
    {
        var normal = new SeededNormal(seed);
        return new Parameters(
            tensors.ToDictionary(tensor => tensor.Path, tensor => Values(tensor, normal), StringComparer.Ordinal));
    }

    private static float[] Values(NetworkTensor tensor, SeededNormal normal)
    {
        var values = new float[tensor.Count];
        if (tensor.IsMatrix)
        {
            var channels = tensor.Weight?.Channels?.Count ?? (int)tensor.Dims[0];
            var deviation = Math.Sqrt(2.0 * channels / tensor.Count);
            for (var i = 0; i < values.Length; i++) values[i] = (float)(normal.Next() * deviation);
        }
        else if (tensor.Dims.Count > 1)
        {
            for (var i = 0; i < values.Length; i++) values[i] = (float)(normal.Next() * Embedding);
        }
        else if (IsScale(tensor))
        {
            Array.Fill(values, 1f);
        }

        return values;
    }

    private static bool IsScale(NetworkTensor tensor) =>
        tensor.Weight?.Role.Multiplies ?? tensor.Path.StartsWith("scale of ", StringComparison.Ordinal);
}

using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Views;

/// <summary>One weight tensor as whoever has the file sees it.</summary>
internal sealed class WeightView
{
    private readonly int _channels;
    private readonly int _inner;

    private WeightView(WeightTensor tensor, float[] values, IReadOnlyList<float[]> companions, int place)
    {
        (Tensor, Values, Companions, Place) = (tensor, values, companions, place);
        if (tensor.Channels is (var count, var inner)) (_channels, _inner) = (count, (int)inner);
    }

    /// <summary>The tensor.</summary>
    public WeightTensor Tensor { get; }

    /// <summary>Its values.</summary>
    public float[] Values { get; }

    /// <summary>
    /// All per-channel constants of the normalisation that it belongs to, itself among them; empty if it belongs to
    /// none.
    /// </summary>
    public IReadOnlyList<float[]> Companions { get; }

    /// <summary>Its own place among them.</summary>
    public int Place { get; }

    /// <summary>Flat indices of the weights that make each channel; none where channels are not known.</summary>
    public IEnumerable<int[]> Channels()
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var members = new int[Values.Length / _channels];
            for (var i = 0; i < members.Length; i++)
                members[i] = (i / _inner * _channels + channel) * _inner + i % _inner;
            yield return members;
        }
    }

    /// <summary>Reads a tensor, with the small ones that it has to be seen with.</summary>
    public static WeightView Of(ModelFile file, WeightTensor tensor)
    {
        var values = TensorValues.Read(file, tensor);
        foreach (var normalization in file.Normalizations)
            for (var i = 0; i < normalization.Parameters.Count; i++)
                if (ReferenceEquals(normalization.Parameters[i].Values, tensor))
                    return new WeightView(tensor, values,
                        [.. normalization.Parameters.Select(one => TensorValues.Read(file, one.Values))], i);
        return new WeightView(tensor, values, [], 0);
    }
}

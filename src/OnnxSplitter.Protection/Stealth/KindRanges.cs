using System.Runtime.InteropServices;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>
/// Which values are likely for scales, shifts and means of normalisations, by all of their kind in the model: a tensor
/// of sixteen says little about what a scale is like.
/// </summary>
internal sealed class KindRanges
{
    // Wider than within a tensor: layers differ. What it is about are signs, and what no layer has.
    private const double Likelihood = 0.1;
    private const double SignShare = 0.4;

    private readonly Dictionary<WeightTensor, WeightRange> _ranges;

    private KindRanges(Dictionary<WeightTensor, WeightRange> ranges) => _ranges = ranges;

    /// <summary>Reads the normalisations of a model.</summary>
    public static KindRanges Of(ModelFile file)
    {
        var ranges = new Dictionary<WeightTensor, WeightRange>(ReferenceEqualityComparer.Instance);
        foreach (var kind in file.Normalizations
            .SelectMany(one => one.Parameters.Select(parameter => (Key: (one.Operator, parameter.Input), parameter)))
            .GroupBy(pair => pair.Key, pair => pair.parameter.Values as WeightTensor))
        {
            WeightTensor[] tensors = [.. kind.OfType<WeightTensor>()];
            List<float> values =
                [.. tensors.SelectMany(tensor => TensorSample.Read(file, tensor).Select(pair => pair.Value))];
            if (values.Count == 0) continue;
            var range = LikelyRange.Of(CollectionsMarshal.AsSpan(values), Likelihood, SignShare);
            foreach (var tensor in tensors) ranges[tensor] = range;
        }

        return new KindRanges(ranges);
    }

    /// <summary>The range of a tensor's kind; any value where it belongs to no normalisation.</summary>
    public WeightRange Of(WeightTensor tensor) => _ranges.GetValueOrDefault(tensor, LikelyRange.Any);
}

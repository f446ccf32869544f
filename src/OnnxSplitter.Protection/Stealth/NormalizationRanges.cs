using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>
/// Which values are likely for scales, shifts and means of normalisations: by all of their kind in the model, since a
/// tensor of sixteen says little about what a scale is like, and by what else the channel has.
/// </summary>
internal sealed class NormalizationRanges
{
    // Wider than within a tensor: layers differ. What it is about are signs, and what no layer has.
    private const double Likelihood = 0.1;
    private const double SignShare = 0.4;

    private readonly ModelFile _file;
    private readonly Dictionary<WeightTensor, WeightRange> _ranges = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WeightTensor, (Normalization Whole, int Place)> _places =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads the normalisations of a model.</summary>
    /// <param name="file">The original.</param>
    public NormalizationRanges(ModelFile file)
    {
        _file = file;
        var kinds = new Dictionary<(Operator, int), List<WeightTensor>>();
        foreach (var whole in file.Normalizations)
            for (var i = 0; i < whole.Parameters.Count; i++)
                if (whole.Parameters[i].Values is WeightTensor tensor && _places.TryAdd(tensor, (whole, i)))
                {
                    var kind = (whole.Operator, whole.Parameters[i].Input);
                    if (!kinds.TryGetValue(kind, out var alike)) kinds[kind] = alike = [];
                    alike.Add(tensor);
                }

        foreach (var kind in kinds.Values)
        {
            float[] values = [.. kind.SelectMany(tensor => TensorSample.Read(file, tensor).Select(pair => pair.Value))];
            if (values.Length == 0) continue;
            var range = LikelyRange.Of(values, Likelihood, SignShare);
            foreach (var tensor in kind) _ranges[tensor] = range;
        }
    }

    /// <summary>The ranges of a tensor's weights, one for all or one for each; any value where it normalises nothing.
    /// </summary>
    /// <param name="tensor">A weight tensor of the model.</param>
    /// <param name="likelihood">What a value's has to be at least, given the channel's other parameters.</param>
    public WeightRange[] Of(WeightTensor tensor, double likelihood)
    {
        if (!_ranges.TryGetValue(tensor, out var kind)) return [LikelyRange.Any];
        var (whole, place) = _places[tensor];
        return JointRanges.Of(_file, whole, place, likelihood) is { } joint
            ? Array.ConvertAll(joint, range => LikelyRange.Common(kind, range))
            : [kind];
    }
}

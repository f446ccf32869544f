using System.Collections.Concurrent;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>
/// The rules of all tensors, each made when it is first asked for, by the original's values; from several threads.
/// </summary>
/// <param name="file">The original.</param>
/// <param name="stealth">What keeps changed weights from showing.</param>
internal sealed class ValueRules(ModelFile file, StealthKind stealth)
{
    private readonly ConcurrentDictionary<string, IValueRule> _rules = new(StringComparer.Ordinal);
    private readonly Lazy<NormalizationRanges> _normalizations = new(() => new NormalizationRanges(file));

    /// <summary>Which values a tensor's weights may get.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="present">Its present values.</param>
    public IValueRule Of(WeightTensor tensor, IWeightSource present)
    {
        // Without a bound the range is that of the values as they are by now.
        if (stealth == StealthKind.Off) return new AnyValue(present);
        return _rules.GetOrAdd(tensor.Path, _ => LikelyValues.Of(file, tensor, _normalizations.Value));
    }
}

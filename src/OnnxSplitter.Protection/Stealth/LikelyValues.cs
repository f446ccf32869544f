using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>Values that are likely for a tensor, and for the channel of it that a weight belongs to.</summary>
internal sealed class LikelyValues : IValueRule
{
    // At least so many of the others lie farther out.
    private const double Likelihood = 0.4;
    private const double SignShare = 0.4;

    // Of fewer values of a channel nobody can say which is odd.
    private const int LeastOfChannel = 8;

    // Weights that go to the end of the range spread over this share of it: equal values would point to each other.
    private const double Spread = 0.1;
    private const double GoldenRatio = 0.6180339887498949;

    private readonly WeightRange[] _channels;
    private readonly long _inner;

    private LikelyValues(WeightRange[] channels, long inner)
    {
        (_channels, _inner) = (channels, inner);
        Widest = new WeightRange(channels.Min(range => range.Low), channels.Max(range => range.High));
    }

    public WeightRange Widest { get; }

    /// <summary>Finds them.</summary>
    /// <param name="file">The original.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="normalizations">What else a scale, shift or mean has to fit.</param>
    public static LikelyValues Of(ModelFile file, WeightTensor tensor, NormalizationRanges normalizations)
    {
        var (count, inner) = tensor.Channels ?? (1, tensor.Count);
        var byChannel = Enumerable.Range(0, count).Select(_ => new List<float>()).ToArray();
        foreach (var (index, value) in TensorSample.Read(file, tensor))
            byChannel[index / inner % count].Add(value);
        float[] all = [.. byChannel.SelectMany(values => values)];
        if (all.Length == 0) return new LikelyValues([LikelyRange.None], 1);
        var range = LikelyRange.Of(all, Likelihood, SignShare);
        if (count == 1)
            return new LikelyValues(Array.ConvertAll(normalizations.Of(tensor, Likelihood),
                other => LikelyRange.Common(range, other)), 1);
        return new LikelyValues(
        [
            .. byChannel.Select(values => values.Count < LeastOfChannel
                ? range
                : LikelyRange.Common(range, LikelyRange.Of(values.ToArray(), Likelihood, SignShare))),
        ], inner);
    }

    public bool Allows(long index, float value) =>
        Range(index) is var range && value > range.Low && value < range.High;

    public float Lowest(long index) => (float)(Range(index) is var range
        ? range.Low + Spread * Place(index) * ((double)range.High - range.Low) : 0);

    public float Highest(long index) => (float)(Range(index) is var range
        ? range.High - Spread * Place(index) * ((double)range.High - range.Low) : 0);

    private WeightRange Range(long index) => _channels[index / _inner % _channels.Length];

    // Multiples of the golden ratio fall evenly between 0 and 1, however many there are.
    private static double Place(long index)
    {
        var multiple = (index + 1) * GoldenRatio;
        return multiple - Math.Floor(multiple);
    }
}

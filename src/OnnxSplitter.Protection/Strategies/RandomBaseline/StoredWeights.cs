using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Strategies.RandomBaseline;

/// <summary>The weights of one tensor where they lie: each is read when it is asked for.</summary>
internal sealed class StoredWeights : IWeightSource, IDisposable
{
    // Elements that are decoded at once, to find the extremes.
    private const int ChunkSize = 1 << 16;

    private readonly WeightTensor _tensor;
    private readonly Stream _stream;
    private readonly WeightCodec _codec;
    private readonly Lazy<(long Low, long High)> _extremes;

    public StoredWeights(ModelFile file, WeightTensor tensor)
    {
        _tensor = tensor;
        _codec = WeightCodec.Of(file, tensor);
        _stream = file.OpenPart(tensor.Storage.File);
        _extremes = new(FindExtremes);
    }

    public float this[long index] => (float)_codec.Decode(index, WeightPatcher.Read(_stream, _tensor, index));

    public float Low => this[_extremes.Value.Low];

    public float High => this[_extremes.Value.High];

    /// <summary>
    /// A move with the nearest values that its weights can have, of as many bytes; null if there are none, or they
    /// change nothing.
    /// </summary>
    public Candidate? Representable(Candidate candidate)
    {
        var weights = new List<NewValue>();
        foreach (var weight in candidate.NewValues)
        {
            var (before, after) = (WeightPatcher.Read(_stream, _tensor, weight.Index), Bits(candidate, weight));
            if (!_tensor.Storage.Fits(_tensor.Type, before, after)) return null;
            if (before != after) weights.Add(weight with { Value = (float)_codec.Decode(weight.Index, after) });
        }

        return weights.Count == 0 ? null : candidate with { NewValues = weights };
    }

    /// <summary>
    /// The bits that a weight gets. Values of float64 are the tensor's own, or their negatives, to the last bit.
    /// </summary>
    public ulong Bits(Candidate candidate, NewValue weight)
    {
        if (_tensor.Type != ElementType.Float64) return _codec.Encode(weight.Index, weight.Value);
        var own = candidate.NewValues.Select(other => other.Index)
            .Append(_extremes.IsValueCreated ? _extremes.Value.Low : weight.Index)
            .Append(_extremes.IsValueCreated ? _extremes.Value.High : weight.Index);
        foreach (var value in own.Prepend(weight.Index)
            .Select(index => _tensor.Type.Decode(WeightPatcher.Read(_stream, _tensor, index))))
            if (Math.Abs((float)value) == Math.Abs(weight.Value))
                return _tensor.Type.Encode(Math.CopySign(value, weight.Value));
        return _tensor.Type.Encode(weight.Value);
    }

    public void Dispose() => _stream.Dispose();

    private (long Low, long High) FindExtremes()
    {
        var (low, high) = (0L, 0L);
        var (smallest, largest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var start = 0L; start < _tensor.Count; start += ChunkSize)
        {
            var bits =
                WeightPatcher.ReadRange(_stream, _tensor, start, (int)Math.Min(ChunkSize, _tensor.Count - start));
            for (var i = 0; i < bits.Length; i++)
            {
                var value = _codec.Decode(start + i, bits[i]);
                if (value < smallest) (smallest, low) = (value, start + i);
                if (value > largest) (largest, high) = (value, start + i);
            }
        }

        return (low, high);
    }
}

using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>A network's tensors in ONNX Runtime's memory, for many runs.</summary>
internal sealed class FedValues : IDisposable
{
    private readonly FeedSet _feeds = new();

    /// <summary>Makes room for tensors.</summary>
    /// <param name="tensors">Names and lengths.</param>
    public FedValues(IEnumerable<(string Name, IReadOnlyList<long> Dims)> tensors)
    {
        foreach (var (name, dims) in tensors)
            _feeds.Values[name] = AlignedTensor.Of(
                new float[dims.Aggregate(1L, (product, dim) => product * dim)], [.. dims]);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, OrtValue> Values => _feeds.Values;

    /// <summary>Copies values into a tensor.</summary>
    public void Set(string name, ReadOnlySpan<float> values) => values.CopyTo(
        MemoryMarshal.Cast<byte, float>(_feeds.Values[name].GetTensorMutableRawData()));

    /// <inheritdoc/>
    public void Dispose() => _feeds.Dispose();
}

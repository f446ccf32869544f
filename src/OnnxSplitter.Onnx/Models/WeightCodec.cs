using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Models;

/// <summary>Turns a tensor's bits into numbers to compare and compute with, and back.</summary>
/// <remarks>Of a quantised tensor, numbers are counted from its zero points; its scales are left out of it.</remarks>
public sealed class WeightCodec
{
    private readonly WeightTensor _tensor;
    private readonly long[]? _zeros;

    private WeightCodec(WeightTensor tensor, long[]? zeros) => (_tensor, _zeros) = (tensor, zeros);

    /// <summary>Reads what is needed to decode a tensor.</summary>
    /// <param name="file">The model.</param>
    /// <param name="tensor">One of its weight tensors.</param>
    /// <exception cref="ModelFormatException">A data file can't be read.</exception>
    public static WeightCodec Of(ModelFile file, WeightTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.ZeroPoints?.Values is not { } values) return new WeightCodec(tensor, null);
        using var stream = file.OpenPart(values.Storage.File);
        long[] all = [.. Enumerable.Range(0, checked((int)values.Count))];
        return new WeightCodec(tensor,
            [.. WeightPatcher.Read(stream, values, all).Select(bits => (long)values.Type.Decode(bits))]);
    }

    /// <summary>The number that bits stand for.</summary>
    public double Decode(long index, ulong bits) => _tensor.Type.Decode(bits) - Zero(index);

    /// <summary>The bits of the nearest number that this weight can be.</summary>
    public ulong Encode(long index, double value) => _tensor.Type.Encode(value + Zero(index));

    private long Zero(long index) =>
        _zeros is not null ? _zeros[_tensor.ZeroPoints!.IndexOf(index)] : _tensor.ZeroPoints?.Default ?? 0;
}

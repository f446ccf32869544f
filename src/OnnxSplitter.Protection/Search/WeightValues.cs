using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>The present values of one weight tensor, as numbers to choose by and as what the graph holds.</summary>
internal sealed class WeightValues
{
    private readonly TensorProto _proto;
    private readonly float[] _values;

    // What the graph holds; of float32, the values themselves.
    private readonly byte[]? _packed;

    // float64 has values that a float does not tell apart: what is written is one of the tensor's own.
    private readonly double[]? _exact;

    /// <summary>Reads the tensor's values.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="proto">The same in the graph; kept up to date.</param>
    public WeightValues(WeightTensor tensor, TensorProto proto)
    {
        (Tensor, _proto) = (tensor, proto);
        var packed = TensorPacking.Pack(proto);
        if (tensor.Type == ElementType.Float32)
        {
            _values = MemoryMarshal.Cast<byte, float>(packed).ToArray();
            return;
        }

        _packed = packed;
        _values = new float[tensor.Count];
        for (var i = 0; i < _values.Length; i++) _values[i] = (float)tensor.Type.Decode(tensor.Type.Read(packed, i));
        if (tensor.Type == ElementType.Float64) _exact = MemoryMarshal.Cast<byte, double>(packed).ToArray();
    }

    public WeightTensor Tensor { get; }

    /// <summary>Row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The bits that a weight gets with a value.</summary>
    public ulong Bits(long index, float value)
    {
        if (_exact is null) return Tensor.Type.Encode(value);

        // Moves make values out of the tensor's own: the very one, or its negative, is the one to write.
        var wanted = Math.Abs(value);
        var own = Matches(_exact[index]) ? index : Array.FindIndex(_exact, Matches);
        return Tensor.Type.Encode(own < 0 ? value : Math.CopySign(_exact[own], value));

        bool Matches(double exact) => Math.Abs((float)exact) == wanted;
    }

    /// <summary>Writes weights. The graph learns of them by <see cref="Publish"/>.</summary>
    public void Write(long index, float value)
    {
        var bits = Bits(index, value);
        _values[index] = (float)Tensor.Type.Decode(bits);
        if (_packed is not null) Tensor.Type.Write(_packed, (int)index, bits);
    }

    /// <summary>Brings the graph up to date.</summary>
    public void Publish() => TensorPacking.Replace(_proto, Packed);

    /// <summary>The tensor with other weights, of its own type, for one run. The caller disposes it.</summary>
    public OrtValue With(IEnumerable<NewValue> weights)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (TensorElementType)Tensor.Type.DataType, [.. Tensor.Dims]);
        var bytes = value.GetTensorMutableRawData();
        Packed.CopyTo(bytes);
        foreach (var weight in weights) Tensor.Type.Write(bytes, (int)weight.Index, Bits(weight.Index, weight.Value));
        return value;
    }

    private ReadOnlySpan<byte> Packed => _packed ?? MemoryMarshal.AsBytes(_values.AsSpan());
}

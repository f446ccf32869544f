using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Gradients.Forms;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>The present values of one weight tensor, as numbers to choose by and as what the graph holds.</summary>
internal sealed class WeightValues : IWeightSource
{
    private readonly TensorProto _proto;
    private readonly WeightCodec _codec;
    private readonly float[] _values;

    // What the graph holds in place of the values, where these are counted from zero points.
    private readonly byte[]? _codes;

    // Codes of 4 bits stand in bytes of their own there, if the graph may have them so.
    private readonly ElementType _held;

    // float64 has values that a float does not tell apart: what is written is one of the tensor's own.
    private readonly double[]? _exact;

    /// <summary>Reads the tensor's values.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="proto">
    /// The same in a graph in <see cref="WideCodes"/>, which comes into <see cref="Float32Form"/> next and is kept up to
    /// date then.
    /// </param>
    /// <param name="codec">What its bits mean.</param>
    public WeightValues(WeightTensor tensor, TensorProto proto, WeightCodec codec)
    {
        (Tensor, _proto, _codec) = (tensor, proto, codec);
        var packed = TensorPacking.Pack(proto);
        _held = (packed.Length == tensor.Count ? WideCodes.Of(tensor.Type) : null) ?? tensor.Type;
        if (tensor.Type == ElementType.Float32)
        {
            _values = MemoryMarshal.Cast<byte, float>(packed).ToArray();
            return;
        }

        _values = new float[tensor.Count];
        for (var i = 0; i < _values.Length; i++) _values[i] = (float)codec.Decode(i, Own(_held.Read(packed, i)));
        if (tensor.Type.IsInteger) _codes = packed;
        if (tensor.Type == ElementType.Float64) _exact = MemoryMarshal.Cast<byte, double>(packed).ToArray();
    }

    public WeightTensor Tensor { get; }

    public float this[long index] => _values[index];

    public float Low => TensorPrimitives.Min(_values);

    public float High => TensorPrimitives.Max(_values);

    /// <summary>Row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The value nearest to a given one that a weight can have.</summary>
    public float Nearest(long index, float value) => (float)_codec.Decode(index, Bits(index, value));

    /// <summary>The bits that a weight gets with a value.</summary>
    public ulong Bits(long index, float value)
    {
        if (_exact is null) return _codec.Encode(index, value);

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
        _values[index] = (float)_codec.Decode(index, bits);
        if (_codes is not null) _held.Write(_codes, (int)index, InGraph(bits));
    }

    /// <summary>Brings the graph up to date.</summary>
    public void Publish() => TensorPacking.Replace(_proto, Held);

    /// <summary>The tensor with other weights, as the graph has it, for one run. The caller disposes it.</summary>
    public OrtValue With(IEnumerable<NewValue> weights)
    {
        var value = AlignedTensor.Of((TensorElementType)_proto.DataType, Held, [.. _proto.Dims]);
        var bytes = value.GetTensorMutableRawData();
        foreach (var weight in weights)
        {
            if (_codes is not null) _held.Write(bytes, (int)weight.Index, InGraph(Bits(weight.Index, weight.Value)));
            else MemoryMarshal.Cast<byte, float>(bytes)[(int)weight.Index] = Nearest(weight.Index, weight.Value);
        }

        return value;
    }

    private ulong InGraph(ulong bits) => ReferenceEquals(_held, Tensor.Type) ? bits : _held.Encode(Tensor.Type.Decode(bits));

    private ulong Own(ulong bits) => ReferenceEquals(_held, Tensor.Type) ? bits : Tensor.Type.Encode(_held.Decode(bits));

    private ReadOnlySpan<byte> Held => _codes ?? MemoryMarshal.AsBytes(_values.AsSpan());
}

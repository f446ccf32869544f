using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>The present values of one weight tensor, as numbers to choose by and as what the graph holds.</summary>
/// <remarks>
/// A tensor that lies in a data file is not held as long as its values are the original's: it is read there when it is
/// asked for, and the graph refers to the file, from which all of ONNX Runtime's sessions map it.
/// </remarks>
internal sealed class WeightValues : IWeightSource
{
    private readonly ModelFile _file;
    private readonly TensorProto _proto;
    private readonly WeightCodec _codec;

    // The type of what the graph holds. Codes of 4 bits stand in bytes of their own there, if the graph may have them
    // so.
    private readonly ElementType _type;

    // Of float types that are float32 in the graph.
    private readonly float[]? _floats;

    // float64 has values that a float does not tell apart: what is written is one of the tensor's own.
    private readonly double[]? _exact;

    // Where the values lie in a data file, and what was changed of them.
    private readonly StringStringEntryProto[] _outside;
    private readonly Dictionary<long, float> _originals = [];

    // What the graph holds; null where that is the data file's.
    private byte[]? _held;

    // Whether the graph holds that very array.
    private readonly bool _shared;

    /// <summary>Reads the tensor's values.</summary>
    /// <param name="file">The model.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="proto">
    /// The same in a graph in <see cref="WideCodes"/>, which comes into <see cref="Float32Form"/> next and is kept up
    /// to date then.
    /// </param>
    public WeightValues(ModelFile file, WeightTensor tensor, TensorProto proto)
    {
        (_file, Tensor, _proto, _codec) = (file, tensor, proto, WeightCodec.Of(file, tensor));
        _outside = [.. proto.ExternalData];
        if (_outside.Length > 0 && !tensor.Type.IsInteger)
        {
            _type = tensor.Type;
            return;
        }

        _held = _outside.Length > 0 ? ReadStored() : TensorPacking.Pack(proto);
        _type = (_held.Length == tensor.Count ? WideCodes.Of(tensor.Type) : null) ?? tensor.Type;
        if (tensor.Type.IsInteger || tensor.Type == ElementType.Float32)
        {
            _shared = _outside.Length == 0;
            if (_shared) TensorPacking.Share(proto, _held);
            return;
        }

        _floats = Decoded(_held);
        if (tensor.Type == ElementType.Float64) _exact = MemoryMarshal.Cast<byte, double>(_held).ToArray();
        _held = null;
    }

    public WeightTensor Tensor { get; }

    public float this[long index]
    {
        get
        {
            if (_floats is not null) return _floats[index];
            if (_held is not null) return (float)_codec.Decode(index, Own(_type.Read(_held, (int)index)));
            using var stream = _file.OpenPart(Tensor.Storage.File);
            return (float)_codec.Decode(index, WeightPatcher.Read(stream, Tensor, index));
        }
    }

    public float Low => TensorPrimitives.Min(Values);

    public float High => TensorPrimitives.Max(Values);

    /// <summary>Row by row. Those of quantised tensors and of data files are read anew each time.</summary>
    public ReadOnlySpan<float> Values =>
        _floats ?? (Tensor.Type.IsInteger ? Decoded(_held!) : MemoryMarshal.Cast<byte, float>(Held));

    /// <summary>The value nearest to a given one that a weight can have.</summary>
    public float Nearest(long index, float value) => Value(index, Bits(index, value));

    /// <summary>The value that bits of the tensor's type stand for.</summary>
    public float Value(long index, ulong bits) => (float)_codec.Decode(index, bits);

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
        if (_floats is not null)
        {
            _floats[index] = Value(index, bits);
            return;
        }

        if (_outside.Length > 0)
        {
            _originals.TryAdd(index, this[index]);
            if (_originals[index] == value) _originals.Remove(index);
        }

        _type.Write(_held ??= ReadStored(), (int)index, InGraph(bits));
    }

    /// <summary>Brings the graph up to date.</summary>
    public void Publish()
    {
        if (_shared) return;
        if (_outside.Length > 0 && _originals.Count == 0)
        {
            _proto.RawData = Google.Protobuf.ByteString.Empty;
            _proto.DataLocation = TensorProto.Types.DataLocation.External;
            _proto.ExternalData.Clear();
            _proto.ExternalData.AddRange(_outside);
            if (!Tensor.Type.IsInteger) _held = null;
            return;
        }

        TensorPacking.Replace(_proto, Held);
    }

    /// <summary>The tensor as the graph has it. The caller disposes it.</summary>
    public OrtValue Copy() => AlignedTensor.Of((TensorElementType)_proto.DataType, Held, [.. _proto.Dims]);

    /// <summary>Puts other weights into such a copy.</summary>
    /// <returns>Those that were there, in the graph's type.</returns>
    public ulong[] Exchange(OrtValue copy, IReadOnlyList<NewValue> weights)
    {
        var bits = new ulong[weights.Count];
        for (var i = 0; i < bits.Length; i++)
            bits[i] = _floats is null
                ? InGraph(Bits(weights[i].Index, weights[i].Value))
                : ElementType.Float32.Encode(Nearest(weights[i].Index, weights[i].Value));
        return Exchange(copy, weights, bits);
    }

    /// <summary>The same by bits of the graph's type.</summary>
    public ulong[] Exchange(OrtValue copy, IReadOnlyList<NewValue> weights, IReadOnlyList<ulong> bits)
    {
        var type = _floats is null ? _type : ElementType.Float32;
        var bytes = copy.GetTensorMutableRawData();
        var former = new ulong[weights.Count];
        for (var i = 0; i < former.Length; i++)
        {
            former[i] = type.Read(bytes, (int)weights[i].Index);
            type.Write(bytes, (int)weights[i].Index, bits[i]);
        }

        return former;
    }

    private ReadOnlySpan<byte> Held =>
        _floats is not null ? MemoryMarshal.AsBytes(_floats.AsSpan()) : _held ?? ReadStored();

    private byte[] ReadStored()
    {
        var part = Tensor.Storage.Parts[0];
        var bytes = GC.AllocateUninitializedArray<byte>((int)part.Length);
        LargeGarbage.Made(bytes.Length);
        using var stream = _file.OpenPart(Tensor.Storage.File);
        stream.Position = part.Offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private float[] Decoded(byte[] packed)
    {
        var values = GC.AllocateUninitializedArray<float>((int)Tensor.Count);
        for (var i = 0; i < values.Length; i++) values[i] = (float)_codec.Decode(i, Own(_type.Read(packed, i)));
        return values;
    }

    private ulong InGraph(ulong bits) =>
        ReferenceEquals(_type, Tensor.Type) ? bits : _type.Encode(Tensor.Type.Decode(bits));

    private ulong Own(ulong bits) =>
        ReferenceEquals(_type, Tensor.Type) ? bits : Tensor.Type.Encode(_type.Decode(bits));
}

using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Data;

/// <summary>Reads a file that holds one ONNX tensor, as in <c>test_data_set_0/input_0.pb</c>.</summary>
internal static class TensorFile
{
    // A serialised protobuf message can't be longer.
    private const int MostBytes = int.MaxValue - 64;

    /// <summary>Reads the tensor.</summary>
    /// <exception cref="DataFormatException">Not a tensor, or of a type that isn't supported.</exception>
    public static NumpyArray Read(string path)
    {
        var bytes = LimitedFile.Read(
            path, MostBytes, (message, inner) => new DataFormatException(message, "Check the path.", inner));
        TensorProto tensor;
        try
        {
            tensor = TensorProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Bad(path, "it can't be parsed", e);
        }

        var type = (TensorElementType)tensor.DataType;
        if (type == TensorElementType.String) return Texts(tensor, path);
        var size = SizeOf(type) ?? throw Bad(path, $"its element type {type} is not supported");
        var length = LengthOf(tensor, size, path);
        var data = GC.AllocateUninitializedArray<byte>((int)length);
        if (tensor.RawData.Length == length) tensor.RawData.Span.CopyTo(data);
        else if (!tensor.RawData.IsEmpty || !CopyFields(tensor, type, data))
            throw Bad(path, "its values do not fit its shape");
        return new NumpyArray(type, [.. tensor.Dims], data);
    }

    private static NumpyArray Texts(TensorProto tensor, string path)
    {
        return tensor.StringData.Count != LengthOf(tensor, 1, path)
            ? throw Bad(path, "its values do not fit its shape")
            : TextArray.Of([.. tensor.StringData.Select(text => text.ToStringUtf8())], [.. tensor.Dims])
                ?? throw Bad(path, "it is too large");
    }

    /// <summary>What its elements take together, in the unit of one's size.</summary>
    private static long LengthOf(TensorProto tensor, long size, string path)
    {
        var length = size;
        foreach (var dim in tensor.Dims)
        {
            if (dim < 0 || dim > 0 && length > MostBytes / dim) throw Bad(path, "its shape is out of range");
            length *= dim;
        }

        return length;
    }

    private static int? SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Bool or TensorElementType.Int8 or TensorElementType.UInt8 => 1,
        TensorElementType.Float16 or TensorElementType.BFloat16
            or TensorElementType.Int16 or TensorElementType.UInt16 => 2,
        TensorElementType.Float or TensorElementType.Int32 => 4,
        TensorElementType.Double or TensorElementType.Int64 => 8,
        _ => null,
    };

    /// <summary>
    /// Copies values from the field that <c>onnx.proto</c> gives their type; whether they are as many as fit.
    /// </summary>
    private static bool CopyFields(TensorProto tensor, TensorElementType type, Span<byte> data)
    {
        return type switch
        {
            TensorElementType.Float => Copy(tensor.FloatData, value => value, data),
            TensorElementType.Double => Copy(tensor.DoubleData, value => value, data),
            TensorElementType.Int64 => Copy(tensor.Int64Data, value => value, data),
            TensorElementType.Int32 => Copy(tensor.Int32Data, value => value, data),
            TensorElementType.Int16 or TensorElementType.UInt16
                or TensorElementType.Float16 or TensorElementType.BFloat16 =>
                Copy(tensor.Int32Data, value => unchecked((ushort)value), data),
            _ => Copy(tensor.Int32Data, value => unchecked((byte)value), data),
        };

        static bool Copy<TFrom, TTo>(IReadOnlyList<TFrom> values, Func<TFrom, TTo> convert, Span<byte> data)
            where TTo : unmanaged
        {
            var to = MemoryMarshal.Cast<byte, TTo>(data);
            if (values.Count != to.Length) return false;
            for (var i = 0; i < to.Length; i++) to[i] = convert(values[i]);
            return true;
        }
    }

    private static DataFormatException Bad(string path, string what, Exception? inner = null) => new(
        $"{path} can't be read as an ONNX tensor: {what}.", "Write it as a TensorProto with its values inside.", inner);
}

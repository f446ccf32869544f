using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>One input to draw values for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape for one example: with the batch axis if <paramref name="Whole"/>.</param>
/// <param name="Whole">Whether a run takes one example.</param>
/// <param name="Range">Values, if it is of integers.</param>
internal sealed record DrawnInput(string Name, TensorElementType Type, long[] Dims, bool Whole, IntegerRange Range)
{
    /// <summary>Values per example.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Floats from the standard normal distribution, integers evenly from their range, true.</summary>
    /// <exception cref="ModelFormatException">A type that nothing is drawn for.</exception>
    public NumpyArray Draw(int count, SeededNormal random)
    {
        var values = checked((int)(Count * count));
        return Type switch
        {
            TensorElementType.Float => Of(values, count, random.Next),
            TensorElementType.Double => Of(values, count, () => (double)random.Next()),
            TensorElementType.Float16 => Of(values, count, () => (Half)random.Next()),
            TensorElementType.Int64 => Of(values, count, () => random.Next(Range.Low, Range.High)),
            TensorElementType.Int32 => Of(values, count, () => (int)random.Next(Range.Low, Range.High)),
            TensorElementType.UInt8 => Of(values, count, () => (byte)random.Next(Range.Low, Range.High)),
            TensorElementType.Int8 => Of(values, count, () => (sbyte)random.Next(Range.Low, Range.High)),
            TensorElementType.Bool => Of(values, count, () => (byte)1),
            _ => throw new ModelFormatException($"Input '{Name}' is {Type}: no values are drawn for that type.",
                "Pass examples."),
        };
    }

    private NumpyArray Of<T>(int values, int count, Func<T> next) where T : unmanaged
    {
        var data = GC.AllocateUninitializedArray<byte>(checked(values * Marshal.SizeOf<T>()));
        foreach (ref var value in MemoryMarshal.Cast<byte, T>(data.AsSpan())) value = next();
        return new NumpyArray(Type, [count, .. Dims], data);
    }
}

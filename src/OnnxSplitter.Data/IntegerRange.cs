using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>Values that an integer input may take.</summary>
/// <param name="Low">Smallest.</param>
/// <param name="High">Largest, exclusive.</param>
internal readonly record struct IntegerRange(long Low, long High)
{
    // More rows than any table has; what a model takes beyond, it takes all of.
    private const long Most = 1 << 20;

    /// <summary>One value alone.</summary>
    public static IntegerRange Only(long value) => new(value, value + 1);

    /// <summary>All values of a byte; null for longer types.</summary>
    public static IntegerRange? OfByte(TensorElementType type) => type switch
    {
        TensorElementType.UInt8 => new(0, 1 << 8),
        TensorElementType.Int8 => new(sbyte.MinValue, sbyte.MaxValue + 1),
        _ => null,
    };

    /// <summary>The largest value of a type that is worth trying; null if it is not of integers.</summary>
    public static long? Largest(TensorElementType type) => type switch
    {
        TensorElementType.Int8 => sbyte.MaxValue,
        TensorElementType.UInt8 => byte.MaxValue,
        TensorElementType.Int16 => short.MaxValue,
        TensorElementType.UInt16 => ushort.MaxValue,
        TensorElementType.Int32 or TensorElementType.UInt32 or TensorElementType.Int64
            or TensorElementType.UInt64 => Most,
        _ => null,
    };
}

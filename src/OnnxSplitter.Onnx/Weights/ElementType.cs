using System.Buffers.Binary;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Onnx.Weights;

#pragma warning disable CA1720 // These are the field's own names for the types.

/// <summary>
/// The type of a weight tensor's elements: how many bits an element has and what they mean (ONNX IR specification,
/// "Tensor Element Types").
/// </summary>
public sealed class ElementType
{
    private const int Float8E8M0 = 24;
    private const int UInt2 = 25;
    private const int Int2 = 26;

    private readonly Func<ulong, double> _decode;
    private readonly Func<double, ulong> _encode;

    private ElementType(
        DataType dataType, int bitWidth, bool isInteger, Func<ulong, double> decode, Func<double, ulong> encode)
    {
        DataType = dataType;
        BitWidth = bitWidth;
        IsInteger = isInteger;
        _decode = decode;
        _encode = encode;
    }

    /// <summary>IEEE 754 binary32.</summary>
    public static ElementType Float32 { get; } = new(DataType.Float, 32, isInteger: false,
        bits => BitConverter.UInt32BitsToSingle((uint)bits), value => BitConverter.SingleToUInt32Bits((float)value));

    /// <summary>IEEE 754 binary64.</summary>
    public static ElementType Float64 { get; } = new(DataType.Double, 64, isInteger: false,
        BitConverter.UInt64BitsToDouble, BitConverter.DoubleToUInt64Bits);

    /// <summary>IEEE 754 binary16.</summary>
    public static ElementType Float16 { get; } = new(DataType.Float16, 16, isInteger: false,
        bits => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        value => BitConverter.HalfToUInt16Bits((Half)value));

    /// <summary>The upper half of a binary32.</summary>
    public static ElementType BFloat16 { get; } = new(DataType.Bfloat16, 16, isInteger: false,
        bits => BitConverter.UInt32BitsToSingle((uint)bits << 16), EncodeBFloat16);

    /// <summary>Two's complement, 16 bits.</summary>
    public static ElementType Int16 { get; } = Integer(DataType.Int16, 16, signed: true);

    /// <summary>Unsigned, 16 bits.</summary>
    public static ElementType UInt16 { get; } = Integer(DataType.Uint16, 16, signed: false);

    /// <summary>Two's complement, 8 bits.</summary>
    public static ElementType Int8 { get; } = Integer(DataType.Int8, 8, signed: true);

    /// <summary>Unsigned, 8 bits.</summary>
    public static ElementType UInt8 { get; } = Integer(DataType.Uint8, 8, signed: false);

    /// <summary>Two's complement, 4 bits; two elements share a byte, the first in its low half.</summary>
    public static ElementType Int4 { get; } = Integer(DataType.Int4, 4, signed: true);

    /// <summary>Unsigned, 4 bits; two elements share a byte, the first in its low half.</summary>
    public static ElementType UInt4 { get; } = Integer(DataType.Uint4, 4, signed: false);

    private static readonly Dictionary<DataType, ElementType> All =
        new[] { Float32, Float64, Float16, BFloat16, Int16, UInt16, Int8, UInt8, Int4, UInt4 }
            .ToDictionary(type => type.DataType);

    /// <summary>What ONNX calls it.</summary>
    public DataType DataType { get; }

    /// <summary>Bits of an element: 4, 8, 16, 32 or 64.</summary>
    public int BitWidth { get; }

    /// <summary>Whether elements are integers, which stand for real numbers by a scale.</summary>
    public bool IsInteger { get; }

    /// <summary>Finds the type of that number in <c>TensorProto.DataType</c>.</summary>
    /// <returns>Null if it is none of those that weights have.</returns>
    public static ElementType? Of(int dataType) => All.GetValueOrDefault((DataType)dataType);

    /// <summary>
    /// What ONNX calls a type by its number, in lower case, those included that weights here can't have.
    /// </summary>
    public static string NameOf(int dataType) => dataType switch
    {
        // Newer than the schema of the package (IR version 11): ONNX IR versions 12 and 13.
        Float8E8M0 => "float8e8m0",
        UInt2 => "uint2",
        Int2 => "int2",
        _ => ((DataType)dataType).ToString().ToLowerInvariant(),
    };

    /// <summary>The value that bits stand for; exact for every type.</summary>
    /// <param name="bits">In the lowest <see cref="BitWidth"/> bits.</param>
    public double Decode(ulong bits) => _decode(bits);

    /// <summary>The bits of the nearest value that the type represents, ties to even; integers saturate.</summary>
    /// <returns>In the lowest <see cref="BitWidth"/> bits; all others are zero.</returns>
    public ulong Encode(double value) => _encode(value);

    /// <summary>Whether no bit is set beyond the type's width.</summary>
    public bool Holds(ulong bits) => BitWidth == 64 || bits >> BitWidth == 0;

    /// <summary>Bytes of so many elements side by side, as <c>raw_data</c> has them.</summary>
    public long PackedLength(long count) => BitWidth >= 8 ? count * (BitWidth / 8) : count / 2 + count % 2;

    /// <summary>One element out of elements side by side, little-endian.</summary>
    public ulong Read(ReadOnlySpan<byte> packed, int index) => BitWidth switch
    {
        4 => (ulong)(packed[index / 2] >> (index % 2 * 4) & 0xF),
        8 => packed[index],
        16 => BinaryPrimitives.ReadUInt16LittleEndian(packed[(index * 2)..]),
        32 => BinaryPrimitives.ReadUInt32LittleEndian(packed[(index * 4)..]),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(packed[(index * 8)..]),
    };

    /// <summary>Writes one element among elements side by side; its neighbours stay.</summary>
    public void Write(Span<byte> packed, int index, ulong bits)
    {
        switch (BitWidth)
        {
            case 4:
                var shift = index % 2 * 4;
                packed[index / 2] = (byte)(packed[index / 2] & ~(0xF << shift) | (int)(bits & 0xF) << shift);
                break;
            case 8:
                packed[index] = (byte)bits;
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(packed[(index * 2)..], (ushort)bits);
                break;
            case 32:
                BinaryPrimitives.WriteUInt32LittleEndian(packed[(index * 4)..], (uint)bits);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(packed[(index * 8)..], bits);
                break;
        }
    }

    /// <summary>The type's name in lower case, as users know it: <c>float16</c>.</summary>
    public override string ToString() => DataType switch
    {
        DataType.Float => "float32",
        DataType.Double => "float64",
        _ => DataType.ToString().ToLowerInvariant(),
    };

    private static ElementType Integer(DataType dataType, int width, bool signed)
    {
        var (low, high) = signed ? (-(1 << width - 1), (1 << width - 1) - 1) : (0, (1 << width) - 1);
        var mask = (1UL << width) - 1;
        return new ElementType(dataType, width, isInteger: true,
            bits => signed ? (long)(bits << 64 - width) >> 64 - width : bits,
            value => (ulong)(long)Math.Clamp(Math.Round(double.IsNaN(value) ? 0 : value), low, high) & mask);
    }

    private static ulong EncodeBFloat16(double value)
    {
        var single = (float)value;
        var bits = BitConverter.SingleToUInt32Bits(single);
        if (double.IsNaN(value)) return bits >> 16 | 0x40;

        // What the first rounding lost must not look like a tie to the second: of the two next to the value, the odd
        // one is taken (Boldo and Melquiond 2008, rounding to odd).
        if (single != value && (bits & 1) == 0) bits = Math.Abs(single) > Math.Abs(value) ? bits - 1 : bits + 1;

        // Half of the unit that is cut off, less one unless the kept part is odd: to nearest, ties to even.
        return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }
}

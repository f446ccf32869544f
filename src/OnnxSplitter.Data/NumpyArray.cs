using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>An array of a <c>.npy</c> file (NumPy format 1.0 to 3.0), row by row, little-endian.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Data">The elements' bytes; of strings, in UTF-32, each as long as the longest.</param>
public sealed partial record NumpyArray(TensorElementType Type, long[] Dims, byte[] Data)
{
    private const int MaxHeader = 1 << 16;

    private static readonly Dictionary<string, (TensorElementType Type, int Size)> Types = new(StringComparer.Ordinal)
    {
        ["<f2"] = (TensorElementType.Float16, 2),
        ["<f4"] = (TensorElementType.Float, 4),
        ["<f8"] = (TensorElementType.Double, 8),
        ["<i2"] = (TensorElementType.Int16, 2),
        ["<i4"] = (TensorElementType.Int32, 4),
        ["<i8"] = (TensorElementType.Int64, 8),
        ["<u2"] = (TensorElementType.UInt16, 2),
        ["<u4"] = (TensorElementType.UInt32, 4),
        ["<u8"] = (TensorElementType.UInt64, 8),
        ["|b1"] = (TensorElementType.Bool, 1),
        ["|i1"] = (TensorElementType.Int8, 1),
        ["|u1"] = (TensorElementType.UInt8, 1),
    };

    /// <summary>Elements along the first axis; 1 for a scalar.</summary>
    public int Rows => Dims.Length == 0 ? 1 : (int)Dims[0];

    internal long Count => Dims.Aggregate(1L, (product, dim) => product * dim);

    /// <summary>Bytes per element of the first axis.</summary>
    public int RowSize => Rows == 0 ? 0 : Data.Length / Rows;

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data);

    /// <summary>Copies rows.</summary>
    public NumpyArray Pick(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var data = GC.AllocateUninitializedArray<byte>(rows.Count * RowSize);
        for (var i = 0; i < rows.Count; i++)
            Data.AsSpan(rows[i] * RowSize, RowSize).CopyTo(data.AsSpan(i * RowSize));
        return this with { Dims = [rows.Count, .. Dims[1..]], Data = data };
    }

    /// <summary>Reads one array.</summary>
    /// <param name="stream">The file's content; read to its end.</param>
    /// <param name="length">How long it claims to be.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="DataFormatException">Not an array, or of a kind that isn't supported.</exception>
    public static NumpyArray Read(Stream stream, long length, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var preamble = new byte[12];
        ReadExactly(stream, preamble.AsSpan(0, 10), name);
        if (!preamble.AsSpan(0, 6).SequenceEqual(Magic)) throw Bad(name, "it is not a NumPy array");
        var wide = preamble[6] >= 2;
        if (wide) ReadExactly(stream, preamble.AsSpan(10, 2), name);
        var headerLength = wide ? BitConverter.ToUInt32(preamble, 8) : BitConverter.ToUInt16(preamble, 8);
        if (headerLength > MaxHeader) throw Bad(name, "its header is too long");
        var header = new byte[headerLength];
        ReadExactly(stream, header, name);
        var (type, size, dims, columns, reversed) = ParseHeader(System.Text.Encoding.Latin1.GetString(header), name);

        long bytes = size;
        foreach (var dim in dims)
        {
            if (dim > 0 && bytes > Array.MaxLength / dim) throw Bad(name, "it is too large");
            bytes *= dim;
        }

        if (length != (wide ? 12 : 10) + headerLength + bytes) throw Bad(name, "its length does not fit its shape");
        var data = GC.AllocateUninitializedArray<byte>((int)bytes);
        ReadExactly(stream, data, name);
        if (reversed)
            for (var at = 0; at < data.Length; at += size) data.AsSpan(at, size).Reverse();
        if (columns) data = RowOrder.Of(data, size, dims);
        return type is { } plain ? new NumpyArray(plain, dims, data)
            : TextArray.Of(Bytes(data, size), dims) ?? throw Bad(name, "it is too large");
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Strings of bytes: UTF-8, with zeros at the end.</summary>
    private static string[] Bytes(byte[] data, int size)
    {
        var texts = new string[data.Length / size];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = System.Text.Encoding.UTF8.GetString(data.AsSpan(i * size, size).TrimEnd((byte)0));
        return texts;
    }

    /// <returns>
    /// The type, null for strings of bytes, whether the first axis runs fastest, and whether numbers are big-endian.
    /// </returns>
    private static (TensorElementType? Type, int Size, long[] Dims, bool Columns, bool Reversed) ParseHeader(
        string header, string name)
    {
        var match = Header().Match(header);
        if (!match.Success) throw Bad(name, "its header is not understood");
        var descriptor = match.Groups["type"].Value;
        var reversed = descriptor[0] == '>';
        (TensorElementType? Type, int Size) type =
            Types.TryGetValue(reversed ? $"<{descriptor[1..]}" : descriptor, out var known) ? known
            : TextType().Match(descriptor) is { Success: true } text
                && int.Parse(text.Groups["width"].ValueSpan, CultureInfo.InvariantCulture) is > 0 and var width
                ? text.Groups["kind"].Value == "<U" ? (TensorElementType.String, sizeof(int) * width) : (null, width)
            : throw Bad(name, $"its element type {descriptor} is not supported");
        var dims = new List<long>();
        foreach (var dim in match.Groups["shape"].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(dim, CultureInfo.InvariantCulture, out var value))
                throw Bad(name, "its shape is too large");
            dims.Add(value);
        }

        return (type.Type, type.Size, [.. dims], match.Groups["order"].Value == "True", reversed);
    }

    private static void ReadExactly(Stream stream, Span<byte> to, string name)
    {
        try
        {
            stream.ReadExactly(to);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Bad(name, "it is cut off or damaged", e);
        }
    }

    private static DataFormatException Bad(string name, string what, Exception? inner = null) => new(
        $"Array '{name}' can't be read: {what}.",
        "Write it with numpy.savez as float32, int64, str or another plain type, not as objects.",
        inner);

    [GeneratedRegex(@"^(?<kind><U|\|S)(?<width>[0-9]{1,6})$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TextType();

    [GeneratedRegex(
        @"^\{\s*'descr':\s*'(?<type>[^']{1,8})',\s*'fortran_order':\s*(?<order>True|False),"
        + @"\s*'shape':\s*\((?<shape>[0-9, ]*)\),?\s*\}\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Header();
}

using System.Security.Cryptography;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Bytes to put at a place in a file.</summary>
/// <param name="Offset">Position of the first.</param>
/// <param name="Bytes">As many as they replace.</param>
public readonly record struct BytePatch(long Offset, byte[] Bytes)
{
    /// <summary>Zeroes the bytes of patches that hold an original's weights.</summary>
    public static void Zero(IEnumerable<BytePatch> patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        foreach (var patch in patches) CryptographicOperations.ZeroMemory(patch.Bytes);
    }
}

/// <summary>Reads and writes single weights in place: whatever else the file holds is not touched.</summary>
/// <remarks>Streams hold the file in which the weights lie: the model itself, or one of its data files.</remarks>
public static class WeightPatcher
{
    /// <summary>Writes weights into a copy of their file.</summary>
    /// <param name="file">Readable, writable, seekable.</param>
    /// <param name="weights">What to write.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its tensor.</exception>
    /// <exception cref="ArgumentException">A value takes another number of bytes than the one that it replaces.</exception>
    public static void Write(Stream file, IEnumerable<WeightBits> weights)
    {
        foreach (var patch in Locate(file, weights))
        {
            file.Position = patch.Offset;
            file.Write(patch.Bytes);
        }
    }

    /// <summary>Says which bytes to write where. Nothing is written.</summary>
    /// <param name="file">Readable and seekable.</param>
    /// <param name="weights">What would be written.</param>
    /// <returns>Patches that do not overlap, ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its tensor.</exception>
    /// <exception cref="ArgumentException">A value takes another number of bytes than the one that it replaces.</exception>
    public static IReadOnlyList<BytePatch> Locate(Stream file, IEnumerable<WeightBits> weights)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(weights);

        // Two 4-bit weights of one byte go into the same patch.
        var patches = new SortedDictionary<long, byte[]>();
        var finder = new WeightFinder(file);
        foreach (var (tensor, index, bits) in weights)
        {
            var place = finder.Find(tensor, index);
            if (!patches.TryGetValue(place.Offset, out var bytes)) bytes = finder.ReadBytes(place);
            patches[place.Offset] = place.Encode(tensor.Type, bits, bytes)
                ?? throw new ArgumentException(
                    $"A weight of {tensor.Path} would take another number of bytes.", nameof(weights));
        }

        return [.. patches.Select(patch => new BytePatch(patch.Key, patch.Value))];
    }

    /// <summary>Reads one weight's bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the tensor.</exception>
    public static ulong Read(Stream file, StoredTensor tensor, long index) => Read(file, tensor, [index])[0];

    /// <summary>Reads the bits of neighbouring weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They reach out of the tensor.</exception>
    public static ulong[] ReadRange(Stream file, StoredTensor tensor, long start, int count)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Storage.Parts is not [{ Form: StorageForm.Packed } part])
            return Read(file, tensor, [.. Enumerable.Range(0, count).Select(i => start + i)]);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, tensor.Count - start);

        // Two 4-bit weights share a byte: begin with the first of them.
        var first = tensor.Type.BitWidth < 8 ? start % 2 : 0;
        var packed = new byte[tensor.Type.PackedLength(first + count)];
        file.Position = part.Offset + tensor.Type.PackedLength(start - first);
        file.ReadExactly(packed);
        return [.. Enumerable.Range((int)first, count).Select(i => tensor.Type.Read(packed, i))];
    }

    /// <summary>Reads the bits of several weights of one tensor, fastest in ascending order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the tensor.</exception>
    public static ulong[] Read(Stream file, StoredTensor tensor, IReadOnlyList<long> indices)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(indices);
        var finder = new WeightFinder(file);
        return
        [
            .. indices.Select(index => finder.Find(tensor, index))
                .Select(place => place.Decode(tensor.Type, finder.ReadBytes(place))),
        ];
    }
}

/// <summary>The bytes of one stored number: an element, or the byte that two 4-bit elements share.</summary>
/// <param name="Offset">Position of the first byte, behind the tag if there is one.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsVarint">Whether it is a varint.</param>
/// <param name="Half">Which 4-bit element of it: 0 or 1.</param>
internal readonly record struct StoredNumber(long Offset, int Length, bool IsVarint, int Half)
{
    public ulong Decode(ElementType type, byte[] bytes)
    {
        if (!IsVarint) return type.Read(bytes, Half);
        var bits = Varints.Read(bytes);
        return type.BitWidth == 64 ? bits : bits & (1UL << type.BitWidth) - 1;
    }

    /// <summary>The bytes with other bits in them; null if these take another length.</summary>
    public byte[]? Encode(ElementType type, ulong bits, byte[] bytes)
    {
        if (IsVarint)
            return Varints.Bytes(Varints.OfInt32(type, bits)) is var encoded && encoded.Length == bytes.Length ? encoded : null;
        type.Write(bytes, Half, bits);
        return bytes;
    }
}

/// <summary>Finds weights in a file. Lists of varints are walked once if they are asked in ascending order.</summary>
internal sealed class WeightFinder(Stream file)
{
    private StoragePart _part;
    private long _number;
    private long _position;

    public byte[] ReadBytes(StoredNumber place)
    {
        var bytes = new byte[place.Length];
        file.Position = place.Offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the tensor.</exception>
    public StoredNumber Find(StoredTensor tensor, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, tensor.Count);
        var shared = tensor.Type.BitWidth < 8;
        var (number, half) = shared ? (index / 2, (int)(index % 2)) : (index, 0);
        foreach (var part in tensor.Storage.Parts)
        {
            var size = Math.Max(1, tensor.Type.BitWidth / 8);
            var numbers = part.Form == StorageForm.Packed ? part.Length / size : part.Numbers;
            if (number >= numbers)
            {
                number -= numbers;
                continue;
            }

            return part.Form switch
            {
                StorageForm.Packed => new StoredNumber(part.Offset + number * size, size, IsVarint: false, half),
                StorageForm.Tagged => new StoredNumber(part.Offset + number * (size + 1) + 1, size, IsVarint: false, half),
                _ => Walk(part, number),
            };
        }

        throw new ArgumentOutOfRangeException(nameof(index), index, "The tensor is stored shorter than its shape.");
    }

    private StoredNumber Walk(StoragePart part, long number)
    {
        if (part != _part || number < _number) (_part, _number, _position) = (part, 0, part.Offset);
        var tag = part.Form == StorageForm.TaggedVarints ? 1 : 0;
        file.Position = _position;
        while (true)
        {
            var length = 1;
            for (var i = 0; i < tag; i++) file.ReadByte();
            while (file.ReadByte() is >= 0x80) length++;
            if (_number == number) return new StoredNumber(_position + tag, length, IsVarint: true, Half: 0);
            _number++;
            _position += tag + length;
        }
    }
}

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Reads and writes single weights in place: whatever else the file holds is not touched.</summary>
/// <remarks>Streams hold the file in which the weights lie: the model itself, or one of its data files.</remarks>
public static class WeightPatcher
{
    /// <summary>Writes weights into a copy of their file.</summary>
    /// <param name="file">Readable, writable, seekable.</param>
    /// <param name="weights">What to write.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its tensor.</exception>
    /// <exception cref="ArgumentException">
    /// A value takes another number of bytes than the one that it replaces.
    /// </exception>
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
    /// <exception cref="ArgumentException">
    /// A value takes another number of bytes than the one that it replaces.
    /// </exception>
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
            if (!patches.TryGetValue(place.Offset, out var bytes))
                bytes = place.IsReplacedWhole(tensor.Type) ? new byte[place.Length] : finder.ReadBytes(place);
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

namespace OnnxSplitter.Onnx.Weights;

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
                StorageForm.Tagged =>
                    new StoredNumber(part.Offset + number * (size + 1) + 1, size, IsVarint: false, half),
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

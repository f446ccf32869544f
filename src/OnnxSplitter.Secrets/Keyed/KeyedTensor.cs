using System.Buffers;
using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>A tensor that a key changes, and how.</summary>
/// <param name="tensor">The tensor, of the model's constants: its values lie side by side.</param>
/// <param name="key">The secrets' key; not copied.</param>
/// <param name="rules">The rules.</param>
/// <param name="threshold">Least class of magnitude that changes; 0 for all weights.</param>
internal sealed class KeyedTensor(StoredTensor tensor, byte[] key, KeyedRules rules, int threshold)
{
    // What a processor's second cache holds, with as many weights.
    private const int MostMasks = 1 << 16;

    private readonly FloatFields _fields = tensor.Type.IsInteger ? default : FloatFields.Of(tensor.Type);

    /// <summary>The file that it lies in.</summary>
    public string File => tensor.Storage.File;

    /// <summary>Where it begins there.</summary>
    public long Start => tensor.Storage.Parts[0].Offset;

    /// <summary>Bytes.</summary>
    public long Length => tensor.Storage.Parts[0].Length;

    /// <summary>Bytes of a block: where one ends, a piece may end.</summary>
    public int BlockLength => (int)tensor.Type.PackedLength(Permutation.BlockSize);

    private ulong Floor => tensor.Type.IsInteger
        ? 0
        : (ulong)threshold << _fields.ClassShift(rules, tensor.Type.BitWidth);

    /// <summary>The largest threshold of a type; 0 for codes, whose magnitudes are not kept.</summary>
    public static int MostThreshold(ElementType type, KeyedRules rules)
    {
        if (type.IsInteger) return 0;
        var fields = FloatFields.Of(type);
        return (int)(fields.Magnitude >> fields.ClassShift(rules, type.BitWidth));
    }

    /// <summary>Changes whole blocks.</summary>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="position">Where these begin, from the tensor's first byte.</param>
    /// <param name="back">Whether the change is taken back.</param>
    public void Apply(Span<byte> bytes, long position, bool back)
    {
        var block = position / BlockLength;
        var count = Math.Min(
            tensor.Count - block * Permutation.BlockSize, (long)bytes.Length * 8 / tensor.Type.BitWidth);
        if (back) Shuffle(bytes, count, block, back);
        foreach (var rule in new[] { KeyedRules.Sign, KeyedRules.Mantissa })
            if (rules.HasFlag(rule)) Combine(rule, bytes, count, block);
        if (!back) Shuffle(bytes, count, block, back);
    }

    private void Shuffle(Span<byte> bytes, long count, long block, bool back)
    {
        if (!rules.HasFlag(KeyedRules.Shuffle)) return;
        using var stream = new Keystream(key, KeyedRules.Shuffle, tensor.Path);
        using var permutation = new Permutation(stream);
        new BlockShuffle(tensor.Type, _fields.Magnitude, Floor).Apply(permutation, bytes, count, block, back);
    }

    private void Combine(KeyedRules rule, Span<byte> bytes, long count, long block)
    {
        using var stream = new Keystream(key, rule, tensor.Path);
        var masks = ArrayPool<byte>.Shared.Rent(MostMasks);
        var bits = ArrayPool<byte>.Shared.Rent(MostMasks);
        try
        {
            // Of 4-bit codes, half of the last byte may be nobody's.
            var first = block * Permutation.BlockSize;
            byte? spare = tensor.Type.BitWidth < 8 && count % 2 != 0 ? (byte)(bytes[^1] & 0xF0) : null;
            for (var done = 0; done < bytes.Length; done += MostMasks)
            {
                var weights = bytes[done..Math.Min(bytes.Length, done + MostMasks)];
                var own = masks.AsSpan(0, weights.Length);
                var index = first + (long)done * 8 / tensor.Type.BitWidth;
                if (rule == KeyedRules.Mantissa) stream.Fill(index * tensor.Type.BitWidth / 8, own);
                else
                {
                    var few = bits.AsSpan(0, (weights.Length * 8 / tensor.Type.BitWidth + 7) / 8);
                    stream.Fill(index / 8, few);
                    SignMasks.Expand(tensor.Type, few, own);
                }

                if (tensor.Type.IsInteger) MaskedXor.Apply(weights, own);
                else
                    MaskedXor.Apply(
                        tensor.Type, weights, own, _fields, rule == KeyedRules.Mantissa, Floor);
            }

            if (spare is { } half) bytes[^1] = (byte)(bytes[^1] & 0xF | half);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(masks);
            CryptographicOperations.ZeroMemory(bits);
            ArrayPool<byte>.Shared.Return(masks);
            ArrayPool<byte>.Shared.Return(bits);
        }
    }
}

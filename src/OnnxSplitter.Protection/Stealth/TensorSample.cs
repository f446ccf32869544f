using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>Reads a tensor where it lies: all of it, or blocks where it is so large that these say the same.</summary>
internal static class TensorSample
{
    // Values that are looked at: in memory they take what a small model takes. Of more, ranks of fewer say as much, and
    // a large model has dozens of such tensors; of a very large one they are sorted longer than a round takes.
    private const long Most = 1 << 23;
    private const long OfMore = 1 << 20;
    private const long VeryManyWeights = 250_000_000;
    private const int BlockSize = 1 << 12;

    /// <summary>Finite values, with their flat indices, ascending.</summary>
    public static IEnumerable<(long Index, float Value)> Read(ModelFile file, WeightTensor tensor)
    {
        var codec = WeightCodec.Of(file, tensor);
        using var stream = file.OpenPart(tensor.Storage.File);
        var most = file.WeightCount > VeryManyWeights ? OfMore : Most;
        var stride = BlockSize * (tensor.Count <= most ? 1 : (tensor.Count + OfMore - 1) / OfMore);
        for (var start = 0L; start < tensor.Count; start += stride)
        {
            var bits = WeightPatcher.ReadRange(stream, tensor, start, (int)Math.Min(BlockSize, tensor.Count - start));
            for (var i = 0; i < bits.Length; i++)
                if ((float)codec.Decode(start + i, bits[i]) is var value && float.IsFinite(value))
                    yield return (start + i, value);
        }
    }
}

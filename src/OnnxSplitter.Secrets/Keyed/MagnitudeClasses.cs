using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// Counts weights by classes of magnitude, which no rule changes: the exponent field where mantissas change, else the
/// highest 15 bits below the sign.
/// </summary>
public static class MagnitudeClasses
{
    private const int PieceLength = 1 << 16;

    /// <summary>
    /// The largest threshold such that at least a share of a tensor's weights are of its class or a higher one.
    /// </summary>
    /// <param name="file">The file that the tensor lies in.</param>
    /// <param name="tensor">A constant tensor of floats, whose values lie side by side.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="share">Above 0, at most 1.</param>
    /// <returns>It, and how many weights are of those classes.</returns>
    /// <exception cref="ArgumentException">The tensor holds codes, which have no such classes.</exception>
    public static (int Threshold, long Weights) Threshold(
        Stream file, StoredTensor tensor, KeyedRules rules, double share)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        var counts = new long[KeyedSecrets.Classes];
        var (fields, width) = (FloatFields.Of(tensor.Type), tensor.Type.BitWidth / 8);
        var shift = fields.ClassShift(rules, tensor.Type.BitWidth);
        var piece = new byte[PieceLength];
        file.Position = tensor.Storage.Parts[0].Offset;
        for (var left = tensor.Storage.Parts[0].Length; left > 0;)
        {
            var own = piece.AsSpan(0, (int)Math.Min(left, piece.Length));
            file.ReadExactly(own);
            for (var i = 0; i < own.Length / width; i++)
                counts[(int)((tensor.Type.Read(own, i) & fields.Magnitude) >> shift)]++;
            left -= own.Length;
        }

        var (threshold, weights) = (counts.Length, 0L);
        while (threshold > 0 && weights < share * tensor.Count) weights += counts[--threshold];
        return (threshold, weights);
    }
}

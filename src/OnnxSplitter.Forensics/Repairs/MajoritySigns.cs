using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Forensics.Views;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Repairs;

/// <summary>The simplest repair: every value of a tensor gets the sign that nearly all of them have.</summary>
public static class MajoritySigns
{
    /// <summary>What it changes.</summary>
    /// <param name="obfuscated">The model.</param>
    /// <param name="share">Of a tensor's values that have to have one sign, for the others to get it.</param>
    /// <exception cref="ModelFormatException">
    /// The model can't be read, or a tensor is too large to be looked at.
    /// </exception>
    public static IReadOnlyList<WeightBits> Of(ModelFile obfuscated, double share)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        var repairs = new List<WeightBits>();
        foreach (var tensor in obfuscated.Weights)
        {
            var values = WeightView.Of(obfuscated, tensor).Values;
            var (positive, negative) = OddSigns.Count(values);
            if (Math.Max(positive, negative) < share * values.Length) continue;
            var codec = WeightCodec.Of(obfuscated, tensor);
            for (var i = 0; i < values.Length; i++)
                if (positive > negative ? values[i] < 0 : values[i] > 0)
                    repairs.Add(new WeightBits(tensor, i, codec.Encode(i, -values[i])));
        }

        return repairs;
    }
}

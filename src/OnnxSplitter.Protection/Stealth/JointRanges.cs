using System.Numerics;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>
/// Which values of one parameter of a normalisation are likely in each channel, given the channel's other parameters:
/// near what these say of it, as they say it in all channels.
/// </summary>
internal static class JointRanges
{
    // The most parameters that an op has for each channel; the size of a matrix.
    private const int Most = 4;

    // Of fewer channels nobody can say what is usual.
    private const int LeastChannels = 8;

    // Of a variance 1: what makes every covariance invertible.
    private const float Ridge = 1e-3f;

    /// <summary>The ranges by channel; null where there are too few channels or parameters to tell.</summary>
    /// <param name="file">The original.</param>
    /// <param name="normalization">The parameters.</param>
    /// <param name="place">Place of the one that is asked for.</param>
    /// <param name="likelihood">What a value's has to be at least.</param>
    public static WeightRange[]? Of(ModelFile file, Normalization normalization, int place, double likelihood)
    {
        var count = normalization.Parameters[0].Values.Count;
        if (normalization.Parameters.Count is < 2 or > Most || count is < LeastChannels or > int.MaxValue) return null;
        var columns = normalization.Parameters.Select(one => TensorValues.Read(file, one.Values)).ToArray();
        var means = Array.ConvertAll(columns, column => column.Average());
        var scales = columns.Zip(means, (column, mean) => MathF.Sqrt(column.Average(x => (x - mean) * (x - mean))))
            .ToArray();
        if (!Array.TrueForAll(scales, scale => float.IsFinite(scale) && scale > 0)) return null;
        var rows = new Vector4[count];
        for (var i = 0; i < count; i++)
            for (var k = 0; k < columns.Length; k++) rows[i][k] = (columns[k][i] - means[k]) / scales[k];
        if (!Matrix4x4.Invert(Covariance(rows, columns.Length), out var precision)) return null;

        // What is left of a value when the others have said what they say of it.
        var residuals = Array.ConvertAll(
            rows, row => Vector4.Transform(row, precision)[place] / precision[place, place]);
        var reach = LikelyRange.Reach(residuals, likelihood);
        var ranges = new WeightRange[count];
        for (var i = 0; i < count; i++)
        {
            var expected = rows[i][place] - residuals[i];
            ranges[i] = new WeightRange(
                (expected - reach) * scales[place] + means[place], (expected + reach) * scales[place] + means[place]);
        }

        return ranges;
    }

    private static Matrix4x4 Covariance(Vector4[] rows, int size)
    {
        var covariance = Matrix4x4.Identity;
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                covariance[i, j] = rows.Sum(row => row[i] * row[j]) / rows.Length + (i == j ? Ridge : 0);
        return covariance;
    }
}

using System.Numerics;
using OnnxSplitter.Forensics.Views;

namespace OnnxSplitter.Forensics.Detectors;

/// <summary>
/// The numbers that a normalisation has for one channel hang together: a value that fits neither its companions nor
/// what they are to each other in most channels is odd.
/// </summary>
/// <remarks>
/// The centre and the covariance are those of the three quarters of the channels that fit them best, found by
/// concentration steps (Rousseeuw and Van Driessen, Technometrics 1999).
/// </remarks>
internal sealed class ChannelCovariance : IDetector
{
    // The most constants that an op has for each channel; the size of a matrix.
    private const int Most = 4;

    private const int Steps = 8;
    private const float Kept = 0.75f;

    // Of a variance 1: what makes every covariance invertible.
    private const float Ridge = 1e-3f;

    public string Name => "covariance of a channel's parameters";

    public void Judge(WeightView view, Span<float> suspicion, Span<float> repair)
    {
        suspicion.Fill(float.NaN);
        var sets = view.Companions;
        var count = view.Values.Length;
        if (sets.Count is < 2 or > Most || count < GroupDetector.Least
            || !sets.All(set => Array.TrueForAll(set, float.IsFinite))) return;

        // On one scale: covariances of variances of thousands and of scales of tenths would lose all digits.
        Sorted[] scales = [.. sets.Select(set => new Sorted(set))];
        if (scales.Any(scale => scale.Scale == 0)) return;
        var rows = new Vector4[count];
        for (var i = 0; i < count; i++)
            for (var k = 0; k < sets.Count; k++)
                rows[i][k] = (sets[k][i] - scales[k].Median) / scales[k].Scale;
        var (center, precision) = Fit(rows, sets.Count);
        var (own, spread) = (view.Place, MathF.Sqrt(precision[view.Place, view.Place]));
        for (var i = 0; i < count; i++)
        {
            // What is left of a value when its companions have said what they say of it.
            var residual = Vector4.Transform(rows[i] - center, precision)[own] / precision[own, own];
            suspicion[i] = Math.Abs(residual) * spread;
            repair[i] = (rows[i][own] - residual) * scales[own].Scale + scales[own].Median;
        }
    }

    private static (Vector4 Center, Matrix4x4 Precision) Fit(Vector4[] rows, int size)
    {
        var distances = Array.ConvertAll(rows, row => row.LengthSquared());
        var kept = Math.Max(size + 1, (int)(rows.Length * Kept));
        Vector4 center = default;
        Matrix4x4 precision = default;
        for (var step = 0; step < Steps; step++)
        {
            var order = rows.ToArray();
            Array.Sort([.. distances], order);
            (center, precision) = Moments(order.AsSpan(0, kept), size);
            for (var i = 0; i < rows.Length; i++)
            {
                var apart = rows[i] - center;
                distances[i] = Vector4.Dot(apart, Vector4.Transform(apart, precision));
            }
        }

        return (center, precision);
    }

    private static (Vector4 Center, Matrix4x4 Precision) Moments(ReadOnlySpan<Vector4> rows, int size)
    {
        Vector4 center = default;
        foreach (var row in rows) center += row / rows.Length;
        var covariance = Matrix4x4.Identity;
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                var sum = 0f;
                foreach (var row in rows) sum += (row[i] - center[i]) * (row[j] - center[j]);
                covariance[i, j] = sum / rows.Length + (i == j ? Ridge : 0);
            }

        return Matrix4x4.Invert(covariance, out var precision) ? (center, precision) : (center, Matrix4x4.Identity);
    }
}

using System.Globalization;
using System.Numerics.Tensors;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>
/// Large values are cut: to some deviations, to a share of a tensor's values (winsorising), and filters to a norm that
/// others have.
/// </summary>
internal static class Clipping
{
    private static readonly float[] Deviations = [10, 6, 5, 4, 3.5f, 3, 2.5f, 2];
    private static readonly double[] Shares = [0.9999, 0.999, 0.995, 0.99, 0.95];
    private static readonly float[] Norms = [3, 2, 1.5f, 1.2f, 1];

    /// <summary>Tries it.</summary>
    public static Attempt? Run(AttackSetting setting)
    {
        var start = setting.Obfuscated;
        var names = setting.Network.ByPath;
        return setting.Best(
        [
            .. Deviations.Select(most => (Text($"cut at {most:g3} deviations"), start.With((_, values) =>
            {
                var (median, deviation) = WeightRepairs.Robust(values);
                return Cut(values, median - most * deviation, median + most * deviation);
            }))),
            .. Shares.Select(share => (Text($"winsorised at {share:P2}"), start.With((_, values) =>
                Cut(values, WeightRepairs.Quantile(values, 1 - share), WeightRepairs.Quantile(values, share))))),
            .. Norms.Select(most => (Text($"filters cut to {most:g3} x the median norm"), start.With((path, values) =>
                names[path].IsMatrix ? Shrunk(names[path], values, most) : values))),
        ]);
    }

    private static float[] Cut(float[] values, float low, float high)
    {
        if (low >= high) return values;
        var cut = new float[values.Length];
        TensorPrimitives.Max(values, low, cut);
        TensorPrimitives.Min(cut, high, cut);
        return cut;
    }

    private static float[] Shrunk(NetworkTensor tensor, float[] values, float most)
    {
        if (tensor.Weight?.Channels is not (var count, var inner)) return values;
        var squares = new double[count];
        for (var i = 0; i < values.Length; i++) squares[i / inner % count] += values[i] * values[i];
        float[] norms = [.. squares.Select(square => (float)Math.Sqrt(square))];
        var limit = most * WeightRepairs.Quantile(norms, 0.5);
        var shrunk = (float[])values.Clone();
        for (var i = 0; i < values.Length; i++)
            if (norms[i / inner % count] > limit) shrunk[i] *= limit / norms[i / inner % count];
        return shrunk;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

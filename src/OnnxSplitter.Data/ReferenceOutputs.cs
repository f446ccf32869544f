using System.Numerics.Tensors;

namespace OnnxSplitter.Data;

/// <summary>What the original model gives for some examples: what other models' outputs are compared with.</summary>
/// <param name="Values">One row per example, [examples, <see cref="Width"/>].</param>
/// <param name="Mean">The mean row: the best constant answer.</param>
/// <param name="Variance">Mean squared distance of the rows from the mean row.</param>
public sealed record ReferenceOutputs(float[] Values, float[] Mean, double Variance)
{
    // Below this share of their own size, outputs differ by rounding alone.
    private const double Rounding = 1e-12;

    /// <summary>Values per example.</summary>
    public int Width => Mean.Length;

    /// <summary>Takes outputs as the reference.</summary>
    /// <param name="values">One row per example; kept.</param>
    /// <param name="width">Values per example.</param>
    /// <exception cref="DataFormatException">They are not finite, or all examples have the same.</exception>
    public static ReferenceOutputs Of(float[] values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        var count = values.Length / width;
        var sums = new double[width];
        double squares = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sums[i % width] += values[i];
            squares += (double)values[i] * values[i];
        }

        var mean = Array.ConvertAll(sums, sum => (float)(sum / count));
        double variance = 0;
        for (var i = 0; i < count; i++) variance += SquaredDistance(values.AsSpan(i * width, width), mean);
        if (!double.IsFinite(squares))
            throw NotFinite();
        if (!Vary(variance, squares))
            throw new DataFormatException(
                "The original gives the same output for all examples, so no error can be measured.",
                "Pass examples that differ, or pick another output with ModelOutput.")
            {
                Properties = ["ModelOutput"],
            };
        return new ReferenceOutputs(values, mean, variance / count);
    }

    internal static DataFormatException NotFinite() => new(
        "The original's outputs for these examples are not all finite numbers.",
        "Pass other examples, or pick another output with ModelOutput.")
    {
        Properties = ["ModelOutput"],
    };

    /// <summary>Whether outputs differ from example to example by more than rounding.</summary>
    /// <param name="variance">Sum of the rows' squared distances from their mean.</param>
    /// <param name="squares">Sum of the outputs' squares.</param>
    internal static bool Vary(double variance, double squares) => variance > squares * Rounding;

    /// <summary>Sum over some examples of the squared difference from their rows, in units of the variance.</summary>
    /// <param name="outputs">Another model's outputs for them.</param>
    /// <param name="start">Index of the first.</param>
    /// <returns>NaN where an output is not finite: a model that gives such looks broken, not ordinary.</returns>
    public double Error(ReadOnlySpan<float> outputs, int start)
    {
        var error = SquaredDistance(outputs, Values.AsSpan(start * Width, outputs.Length)) / Variance;
        return double.IsFinite(error) ? error : double.NaN;
    }

    /// <summary>The normalised error: the mean over all examples.</summary>
    /// <param name="outputs">Another model's outputs for them.</param>
    public Measured Measure(ReadOnlySpan<float> outputs)
    {
        var count = Values.Length / Width;
        double sum = 0, squares = 0;
        for (var i = 0; i < count; i++)
        {
            var error = Error(outputs.Slice(i * Width, Width), i);
            (sum, squares) = (sum + error, squares + error * error);
        }

        var mean = sum / count;
        return new(mean, Math.Sqrt(Math.Max(0, squares / count - mean * mean) / count));
    }

    /// <summary>The rows of these examples; mean and variance stay those of all.</summary>
    internal ReferenceOutputs Pick(IReadOnlyList<int> rows)
    {
        var values = new float[rows.Count * Width];
        for (var i = 0; i < rows.Count; i++)
            Values.AsSpan(rows[i] * Width, Width).CopyTo(values.AsSpan(i * Width));
        return this with { Values = values };
    }

    // Row by row, since a sum of float32 over many examples would lose digits.
    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        const int Chunk = 4096;
        double sum = 0;
        for (var start = 0; start < a.Length; start += Chunk)
        {
            var length = Math.Min(Chunk, a.Length - start);
            double distance = TensorPrimitives.Distance(a.Slice(start, length), b.Slice(start, length));
            sum += distance * distance;
        }

        return sum;
    }
}

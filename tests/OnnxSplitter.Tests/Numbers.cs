namespace OnnxSplitter.Tests;

internal static class Numbers
{
    /// <summary>Norm of the difference over the norm of what was expected.</summary>
    public static double RelativeError(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double scale = 1)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            difference += Math.Pow(actual[i] * scale - expected[i], 2);
            norm += expected[i] * expected[i];
        }

        return Math.Sqrt(difference / norm);
    }
}

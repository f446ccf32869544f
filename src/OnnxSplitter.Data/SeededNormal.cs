namespace OnnxSplitter.Data;

/// <summary>Standard normal numbers, the same for a seed on every machine (Box and Muller, 1958).</summary>
internal sealed class SeededNormal(int seed)
{
    private readonly Random _random = new(seed);

    public float Next()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return (float)(radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
    }

    /// <summary>An integer, evenly from a range.</summary>
    public long Next(long low, long high) => _random.NextInt64(low, high);

    /// <summary>A number, evenly from a range.</summary>
    public double Between(double low, double high) => low + (high - low) * _random.NextDouble();
}

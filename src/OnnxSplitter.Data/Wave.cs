namespace OnnxSplitter.Data;

/// <summary>Draws sounds: a few tones that come and go, and some noise.</summary>
internal static class Wave
{
    // Samples at either end of which a tone has died away, as a share of the length.
    private const double Shortest = 0.05;

    /// <summary>One sound, its loudest sample between 0.1 and 1.</summary>
    public static float[] Draw(int length, SeededNormal random)
    {
        var sound = new float[length];
        for (var tones = random.Next(2, 7); tones > 0; tones--)
        {
            // From 1/300 to 0.4 of the sampling rate: 50 Hz to 6.4 kHz at 16 kHz.
            var step = 2 * Math.PI * Math.Exp(random.Between(Math.Log(1 / 300.0), Math.Log(0.4)));
            var (phase, strength) = (random.Between(0, 2 * Math.PI), Math.Exp(0.5 * random.Next()));
            var (middle, spread) = (random.Between(0, 1) * length, random.Between(Shortest, 1) * length);
            for (var i = 0; i < length; i++)
            {
                var away = (i - middle) / spread;
                sound[i] += (float)(strength * Math.Exp(-away * away) * Math.Sin(step * i + phase));
            }
        }

        var noise = (float)random.Between(0.01, 0.3);
        foreach (ref var sample in sound.AsSpan()) sample += noise * random.Next();
        var loudness = (float)random.Between(0.1, 1) / sound.Max(Math.Abs);
        foreach (ref var sample in sound.AsSpan()) sample *= loudness;
        return sound;
    }
}

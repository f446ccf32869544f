using System.Diagnostics;
using System.Globalization;

namespace OnnxSplitter.Fuzz;

/// <summary>Feeds a reader with mutated inputs, and stops at the first that it answers wrongly.</summary>
internal static class FuzzLoop
{
    private const int Megabyte = 1 << 20;
    private const int Repetitions = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <returns>0 if every input got a right answer, else 1; the input is then in a file beside.</returns>
    public static int Run(string name, Target target, long count, int seed, TextWriter output)
    {
        var mutator = new Mutator(seed, target.Corpus);
        var answers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (slowest, largest) = (TimeSpan.Zero, 0.0);
        var clock = Stopwatch.StartNew();
        for (var i = 0L; i < count; i++)
        {
            var input = mutator.Next();
            try
            {
                var (answer, time, share) = Feed(target, input);
                answers[answer] = answers.GetValueOrDefault(answer) + 1;
                if (time > slowest) slowest = time;
                largest = Math.Max(largest, share);
            }
            catch (Exception e)
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"fuzz-{name}-{seed}-{i}.bin");
                File.WriteAllBytes(path, input);
                output.WriteLine($"{name}: seed {seed}, input {i} ({path}): {e}");
                return 1;
            }
        }

        var most = target.AllocationFactor is not null ? largest.ToString("p0", CultureInfo.InvariantCulture)
            : "not bounded";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {count} inputs, seed {seed}, {clock.Elapsed.TotalSeconds:0} s; "
            + $"{string.Join(", ", answers.Select(pair => $"{pair.Value} {pair.Key}"))}; slowest "
            + $"{slowest.TotalMilliseconds:0} ms; "
            + $"largest allocation of the bound: {most}"));
        return 0;
    }

    /// <summary>Feeds a reader with one input. An exception, this method's own or the reader's, is a failure.</summary>
    /// <returns>The answer, the time it took, and the share of the memory allowed.</returns>
    public static (string Answer, TimeSpan Time, double Share) Feed(Target target, byte[] input)
    {
        var (answer, time, allocated) = Measure(target, input);

        // Whoever is put aside by the system is not slow: it must be slow again.
        for (var again = 1; time > Longest && again < Repetitions; again++) (_, time, _) = Measure(target, input);
        if (time > Longest) throw new TimeoutException($"It took {time.TotalSeconds:0.0} s.");
        if (target.AllocationFactor is not { } factor) return (answer, time, 0);
        var bound = (double)factor * input.Length + Megabyte;
        return allocated <= bound
            ? (answer, time, allocated / bound)
            : throw new InvalidOperationException($"It allocated {allocated} bytes for {input.Length}.");
    }

    private static (string Answer, TimeSpan Time, long Allocated) Measure(Target target, byte[] input)
    {
        var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var answer = target.Read(input);
        return (answer, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

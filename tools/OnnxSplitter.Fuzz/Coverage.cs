using System.Globalization;
using SharpFuzz;

namespace OnnxSplitter.Fuzz;

/// <summary>A reader under AFL++, which mutates inputs by the code that they reach in instrumented libraries.</summary>
internal static class Coverage
{
    /// <summary>Writes the inputs to begin with.</summary>
    public static int WriteSeeds(Target target, string folder)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < target.Corpus.Count; i++)
            File.WriteAllBytes(Path.Combine(folder, i.ToString("d3", CultureInfo.InvariantCulture)), target.Corpus[i]);
        return 0;
    }

    /// <summary>Serves AFL++ until it ends; without it, reads one input from standard input.</summary>
    /// <param name="name">Name of the reader.</param>
    public static int Run(string name)
    {
        // Instrumented code may not run before the fuzzer has set up what it counts in.
        var target = new Lazy<Target>(() => Targets.Of(name));

        // In a process of its own, so that what no exception shows, such as an exhausted stack, is found too.
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            FuzzLoop.Feed(target.Value, input.ToArray());
        });
        return 0;
    }
}

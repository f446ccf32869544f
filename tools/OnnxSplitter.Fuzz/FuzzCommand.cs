using System.Globalization;

namespace OnnxSplitter.Fuzz;

/// <summary>The command line: <c>Program.cs</c> says what there is.</summary>
internal static class FuzzCommand
{
    private const int Usage = 2;

    public static int Run(string[] args, TextWriter output)
    {
        if (args is [FilteredProcess.Inside, var prepared]) return FilteredProcess.Run(prepared, output);
        var scratch = Directory.CreateTempSubdirectory("onnxsplitter-fuzz-").FullName;
        try
        {
            switch (args)
            {
                case ["seeds", var reader, var folder]:
                    return Coverage.WriteSeeds(Targets.Of(reader), folder);
                case ["covered", var reader]:
                    return Coverage.Run(reader);
                case [var name, ..] when Targets.Names.Contains(name, StringComparer.Ordinal):
                    return FuzzLoop.Run(args[0], Targets.Of(args[0]), Number(args, 1, 1000), Number(args, 2, 0),
                        output);
                case ["flips", ..]:
                    using (var flips = new BitFlips(scratch, output))
                        return flips.Run(Number(args, 1, 1), Number(args, 2, 10_000), Number(args, 3, 0));
                case ["times", ..]:
                    return new CommandTimes(scratch, output).Run(Number(args, 1, 10), Number(args, 2, 0));
                case ["kill", var command, ..]:
                    return new Kills(scratch, output).Run(command, Number(args, 2, 10), Number(args, 3, 0));
                case ["filter"]:
                    return FilteredProcess.Start(scratch, output);
                case ["memory"]:
                    return Math.Max(MemorySearch.Run(output), SessionMemory.Run(scratch, output));
                default:
                    output.WriteLine("Usage: see Program.cs.");
                    return Usage;
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
}

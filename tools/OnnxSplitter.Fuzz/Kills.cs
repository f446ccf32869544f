using System.Diagnostics;
using System.Globalization;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// Kills commands at random moments: afterwards all files are the old ones, or all are new ones that belong together.
/// Between two renames they may be neither, until whoever looks next has finished the commit.
/// </summary>
/// <remarks>
/// A fifth of the moments are anywhere in the run, two fifths after the first temporary file, and two fifths in the few
/// milliseconds after the commit's record. Every second run finds files that exist.
/// </remarks>
internal sealed class Kills(string folder, TextWriter output)
{
    private const string Old = "old";

    // About as long as it takes to rename all files, and to remove the record.
    private static readonly TimeSpan CommitLength = TimeSpan.FromMilliseconds(4);

    private readonly WritingCommands _commands = new(folder);

    /// <param name="name">One of <see cref="WritingCommands.Names"/>.</param>
    /// <param name="count">How often.</param>
    /// <param name="seed">Decides the moments.</param>
    /// <returns>0 if files were never anything else.</returns>
    public int Run(string name, int count, int seed)
    {
        var command = _commands.Of(name);
        using var watch = new WritingWatch(folder);
        var (whole, writing) = Measure(command, watch);
        var random = new Random(seed);
        var (killed, old, mixed, remains) = (0, 0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            Prepare(command, existing: i % 2 == 0);
            if (Kill(command, watch, random, whole, writing)) killed++;
            var before = State(command, i % 2 == 0);
            if (before is null) mixed++;
            FileCommit.Recover(command.Targets[random.Next(command.Targets.Count)]);
            if (State(command, i % 2 == 0) is not { } isNew || (isNew && !command.Fit()))
            {
                output.WriteLine($"Kill {i} of {name} left files that do not belong together.");
                return 1;
            }

            if (!isNew) old++;
            remains += RemoveTemporary();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {count} runs of about {whole.TotalSeconds:0.0} s, seed {seed}: {killed} killed, "
            + $"{count - killed} had ended; "
            + $"{old} times all old, {count - old} times all new and fitting, of which {mixed} were mended; "
            + $"{remains} temporary files and folders left"));
        return 0;
    }

    private static (TimeSpan Whole, TimeSpan Writing) Measure(WritingCommand command, WritingWatch watch)
    {
        Prepare(command, existing: true);
        watch.Reset();
        var start = Stopwatch.GetTimestamp();
        using var process = Programs.Start(command.Arguments);
        watch.Wait(process, commit: false);
        var begun = Stopwatch.GetTimestamp();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode is not (0 or 1) || State(command, existing: true) != true || !command.Fit())
            throw new InvalidOperationException($"The first run of {command.Name} failed: {error}");
        return (Stopwatch.GetElapsedTime(start), Stopwatch.GetElapsedTime(begun));
    }

    private static bool Kill(
        WritingCommand command, WritingWatch watch, Random random, TimeSpan whole, TimeSpan writing)
    {
        var (kind, share) = (random.Next(5), random.NextDouble());
        var commit = kind >= 3 && command.Targets.Count > 1;
        watch.Reset();
        using var process = Programs.Start(command.Arguments);
        if (kind > 0) watch.Wait(process, commit);
        var delay = (kind == 0 ? whole : commit ? CommitLength : writing) * share * 1.1;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < delay && !process.HasExited;)
            if (!commit) Thread.Sleep(1);
        var alive = !process.HasExited;
        if (alive) process.Kill();
        process.WaitForExit();
        return alive;
    }

    private static void Prepare(WritingCommand command, bool existing)
    {
        foreach (var target in command.Targets)
        {
            if (existing) File.WriteAllText(target, Old);
            else File.Delete(target);
        }
    }

    /// <returns>Whether all files are new; null if some are and others not.</returns>
    private static bool? State(WritingCommand command, bool existing)
    {
        var changed = command.Targets.Count(target => existing
            ? !File.Exists(target) || new FileInfo(target).Length != Old.Length
            : File.Exists(target));
        return changed == 0 ? false : changed == command.Targets.Count ? true : null;
    }

    private int RemoveTemporary()
    {
        var (files, folders) = (
            Directory.GetFiles(folder, "*.tmp", SearchOption.AllDirectories),
            Directory.GetDirectories(folder, "*.tmp", SearchOption.AllDirectories));
        foreach (var leftover in folders) Directory.Delete(leftover, recursive: true);
        foreach (var leftover in files) File.Delete(leftover);
        return files.Length + folders.Length;
    }
}

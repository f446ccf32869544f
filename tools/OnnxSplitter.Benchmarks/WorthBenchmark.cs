using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Benchmarks;

/// <summary>Protects a model and prints everything that a thief could read from it.</summary>
internal static class WorthBenchmark
{
    /// <summary>Runs, for each of some moves and both measures.</summary>
    /// <param name="job">What to protect.</param>
    /// <param name="moves">Names of moves; a name after "accuracy:" is searched by the published measure, a number
    /// after @ is the most weights.</param>
    public static void Run(ProtectionOptions job, IEnumerable<string> moves)
    {
        foreach (var name in moves)
        {
            var published = name.StartsWith("accuracy:", StringComparison.Ordinal);
            var parts = name.Split(':')[^1].Split('@');
            var move = Enum.Parse<MoveKind>(parts[0], ignoreCase: true);
            var report = ProtectionPipeline.Run(job with
            {
                Search = job.Search with
                {
                    Move = move,
                    MaxWeights = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 100,
                },
                Data = job.Data with { Metric = published ? Metric.Accuracy : null },
            }, progress => Console.Error.WriteLine(Text(
                $"  {progress.Elapsed.TotalSeconds,6:f1} s {progress.Phase} {progress.Round}: {progress.Loss:f4} ")
                + Text($"{progress.Measured:f4} {progress.WeightsChanged}")));
            Console.WriteLine(Text($"{name}: {report.WeightsChanged} weights, {report.Seconds:f1} s, ")
                + Text($"{report.PeakMemoryBytes >> 20} MB, reached {report.TargetReached}"));
            Print(report.Worth ?? WorthJudge.Measure(job, report.Output));
        }
    }

    private static void Print(WorthLeft left)
    {
        Console.WriteLine(Text($"  worth left: outputs {left.Unlabelled:f3} without labels, {left.Labelled:f3} with; ")
            + Text($"inside {left.OfInner:f3}"));
        foreach (var reading in left.Outputs.SelectMany(output => output.Readings).Concat(left.Inner))
            Console.WriteLine(Text($"  {reading.Name}, {reading.Labels} labels: {reading.Value:p1} ")
                + Text($"(control {reading.Control:p1}, original {reading.Original:p1}) worth {reading.Worth:f3}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

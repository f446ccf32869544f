using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Pipeline;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>Shows how far a job is: redrawn in place on a terminal, line by line elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs a job under a display.</summary>
    /// <param name="streams">Where to show it.</param>
    /// <param name="json">Whether standard output is kept for the result.</param>
    /// <param name="job">Gets what it reports progress to.</param>
    public static T Run<T>(Streams streams, bool json, Func<Action<ProtectionProgress>, T> job)
    {
        if (streams.Interactive && !json) return Live(Consoles.On(streams), job);
        var writer = json ? streams.Error : streams.Output;
        return job(Lines(writer));
    }

    /// <summary>A display that is redrawn in place.</summary>
    public static T Live<T>(IAnsiConsole console, Func<Action<ProtectionProgress>, T> job) =>
        console.Live(Draw(null)).Start(context => job(progress =>
        {
            context.UpdateTarget(Draw(progress));
            context.Refresh();
        }));

    /// <summary>One line per round, and one per phase outside the rounds.</summary>
    public static Action<ProtectionProgress> Lines(TextWriter writer)
    {
        var phase = "";
        return progress =>
        {
            if (progress.Round > 0)
                writer.WriteLine(
                    $"{progress.Phase}, round {progress.Round}: loss {Format.Number(progress.Loss)}, "
                    + $"{MeasureText.Name(progress.Metric)} {MeasureText.Value(progress.Metric, progress.Measured)}, "
                    + $"{progress.WeightsChanged} weights changed, "
                    + Format.Seconds(progress.Elapsed.TotalSeconds));
            else if (progress.Phase != phase)
                writer.WriteLine($"{progress.Phase} ({Format.Seconds(progress.Elapsed.TotalSeconds)})");
            phase = progress.Phase;
        };
    }

    private static Table Draw(ProtectionProgress? progress)
    {
        var table = new Table()
            .AddColumns("", "round", "loss", MeasureText.Name(progress?.Metric ?? default), "weights changed", "time");
        if (progress is not null)
            table.AddRow(
                Markup.Escape(progress.Phase),
                progress.Round > 0 ? $"{progress.Round}" : "-",
                Format.Number(progress.Loss),
                MeasureText.Value(progress.Metric, progress.Measured),
                Format.Count(progress.WeightsChanged),
                Format.Seconds(progress.Elapsed.TotalSeconds));
        return table;
    }
}

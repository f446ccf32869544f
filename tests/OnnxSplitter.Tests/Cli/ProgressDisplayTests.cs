using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Pipeline;
using Spectre.Console.Testing;

namespace OnnxSplitter.Tests.Cli;

public sealed class ProgressDisplayTests
{
    private static readonly ProtectionProgress Round =
        new("choosing weights", 3, 1.25, Metric.Accuracy, 0.451, 15, TimeSpan.FromSeconds(2.14));

    [Fact]
    public void A_terminal_sees_one_row_that_changes()
    {
        using var console = new TestConsole().Interactive();
        console.Profile.Width = 100;

        ProgressDisplay.Live<ProtectionReport?>(console, progress =>
        {
            progress(Round);
            return null;
        });

        foreach (var part in new[] { "choosing weights", "1.250", "45.1 %", "15", "2.1 s" })
            Assert.Contains(part, console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_gets_a_line_per_round_and_phase()
    {
        using var writer = new StringWriter();
        var progress = ProgressDisplay.Lines(writer);
        var reading = new ProtectionProgress("reading the model", 0, double.NaN, default, double.NaN, 0, TimeSpan.Zero);

        progress(reading);
        progress(reading);
        progress(Round);

        Assert.Equal(
            ["reading the model (0.0 s)",
                "choosing weights, round 3: loss 1.250, balanced accuracy 45.1 %, 15 weights changed, 2.1 s"],
            writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}

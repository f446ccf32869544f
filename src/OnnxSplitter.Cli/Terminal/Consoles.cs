using OnnxSplitter.Cli.Hosting;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>Makes the console that tables are drawn on.</summary>
internal static class Consoles
{
    // A file or a pipe has no width of its own.
    private const int WidthElsewhere = 100;

    public static IAnsiConsole On(Streams streams)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(streams.Output),
            Interactive = streams.Interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Ansi = streams.Interactive ? AnsiSupport.Detect : AnsiSupport.No,
        });
        if (!streams.Interactive) console.Profile.Width = WidthElsewhere;
        return console;
    }
}

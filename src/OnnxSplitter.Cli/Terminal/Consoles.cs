using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>Makes the console that tables are drawn on.</summary>
internal static class Consoles
{
    // A file or a pipe has no width of its own.
    private const int WidthElsewhere = 100;

    /// <summary>A cell for text that others wrote.</summary>
    public static Text Cell(string text) => new(Printable.Of(text));

    public static IAnsiConsole On(Streams streams)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(streams.Terminal),
            Interactive = streams.Interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Ansi = streams.Interactive ? AnsiSupport.Detect : AnsiSupport.No,
        });
        if (!streams.Interactive) console.Profile.Width = WidthElsewhere;
        return console;
    }
}

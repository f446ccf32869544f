namespace OnnxSplitter.Hosting;

/// <summary>Where a command reads and writes. Injected, so that tests run commands in their own process.</summary>
/// <param name="Terminal">Results that are drawn; what they hold is made fit to be shown before.</param>
/// <param name="Messages">What goes to <see cref="Error"/>.</param>
/// <param name="Interactive">Whether the output is a terminal that can be redrawn.</param>
public sealed record Streams(TextWriter Terminal, TextWriter Messages, bool Interactive)
{
    /// <summary>How a path says: standard input, or standard output.</summary>
    public const string Standard = "-";

    // A file or a pipe has no width of its own.
    private const int WidthElsewhere = 100;

    // Longer lines are hard to read.
    private const int WidestTerminal = 120;

    private bool _inputRead;

    /// <summary>Results, in lines.</summary>
    public TextWriter Output { get; } = new PrintableWriter(Terminal);

    /// <summary>What went wrong; progress too, where the output is for a machine.</summary>
    public TextWriter Error { get; } = new PrintableWriter(Messages);

    /// <summary>Characters that a line of text may have.</summary>
    public int Width { get; init; } = WidthElsewhere;

    /// <summary>Opens standard input.</summary>
    public Func<Stream> OpenInput { get; init; } = () => Stream.Null;

    /// <summary>Opens standard output for bytes; null where it is a terminal.</summary>
    public Func<Stream>? OpenOutput { get; init; }

    /// <summary>Asks for a passphrase without showing it; null where there is nobody to ask.</summary>
    public Func<string, char[]?>? AskPassphrase { get; init; }

    /// <summary>The process's own.</summary>
    public static Streams OfProcess() => new(
        Console.Out, Console.Error,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb")
    {
        Width = Console.IsOutputRedirected ? WidthElsewhere : Math.Clamp(Console.WindowWidth, 40, WidestTerminal),
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.IsOutputRedirected ? Console.OpenStandardOutput : null,
        AskPassphrase = Console.IsInputRedirected ? null : PassphrasePrompt.Ask,
    };

    /// <summary>Reads standard input whole.</summary>
    /// <param name="limit">Most bytes.</param>
    /// <exception cref="UsageException">It is longer, or was read before.</exception>
    public byte[] ReadInput(int limit)
    {
        if (_inputRead)
            throw new UsageException("Two options read standard input.", "Give - once, and paths for the rest.");
        _inputRead = true;
        using var input = OpenInput();
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = input.Read(buffer)) > 0;)
        {
            if (bytes.Length + count > limit)
                throw new UsageException($"Standard input is longer than {limit} bytes.", "Check what is piped in.");
            bytes.Write(buffer, 0, count);
        }

        Array.Clear(buffer);
        var content = bytes.ToArray();
        Array.Clear(bytes.GetBuffer());
        return content;
    }

    /// <summary>Standard output for bytes; asked for before any work, so that a terminal is refused at once.</summary>
    /// <returns>The stream, which the caller disposes.</returns>
    /// <exception cref="UsageException">Standard output is a terminal.</exception>
    public Stream RequireOutput() => OpenOutput?.Invoke() ?? throw new UsageException(
        "Standard output is a terminal, and the result is not text.", "Redirect it, or name a file with -o.");
}

namespace OnnxSplitter.Cli.Hosting;

/// <summary>Where a command writes. Injected, so that tests run commands in their own process.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">What went wrong; progress too, where the output is for a machine.</param>
/// <param name="Interactive">Whether the output is a terminal that can be redrawn.</param>
internal sealed record Streams(TextWriter Output, TextWriter Error, bool Interactive)
{
    /// <summary>The process's own.</summary>
    public static Streams OfProcess() => new(
        Console.Out, Console.Error,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb");
}

using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Tests.Cli;

/// <summary>What a command did, run in this process.</summary>
internal sealed record Transcript(int Code, string Output, string Error)
{
    /// <summary>Runs <c>onnxsplit</c>.</summary>
    public static Transcript Of(params string[] arguments) => Of(TestContext.Current.CancellationToken, arguments);

    public static Transcript Of(CancellationToken cancellation, params string[] arguments) =>
        Of(streams => streams, arguments, cancellation);

    /// <summary>Runs <c>onnxsplit</c> with standard input, standard output for bytes, or somebody to ask.</summary>
    public static Transcript With(Func<Streams, Streams> prepare, params string[] arguments) =>
        Of(prepare, arguments, TestContext.Current.CancellationToken);

    private static Transcript Of(Func<Streams, Streams> prepare, string[] arguments, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var streams = prepare(new Streams(output, error, Interactive: false));
        var code = CommandHost.Run(OnnxSplitCommand.Create(streams), arguments, streams, cancellation);
        return new Transcript(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs <c>onnxsplit-check</c>.</summary>
    public static Transcript OfChecker(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var streams = new Streams(output, error, Interactive: false);
        var code = CommandHost.Run(
            OnnxSplitter.Checker.CheckCommand.Create(streams), arguments, streams,
            TestContext.Current.CancellationToken);
        return new Transcript(code, output.ToString(), error.ToString());
    }

    /// <summary>A refusal: this code, one line of what is wrong, one of what to do.</summary>
    public void Refused(int code, string message = "")
    {
        Assert.True(code == Code, $"exit code {Code} instead of {code}: {Error}");
        var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(line => !line.StartsWith("error: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("       ", lines[1], StringComparison.Ordinal);
        Assert.Contains(message, lines[0], StringComparison.Ordinal);
    }

    public void Done() => Assert.True(Code == 0, $"exit code {Code}: {Error}{Output}");
}

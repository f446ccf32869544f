using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting;

/// <summary>Runs a command line: parses, invokes, and turns every failure into two lines and an exit code.</summary>
public static class CommandHost
{
    // Room for two paths; names in a model may be longer.
    private const int LongestLine = 10_000;

    /// <summary>
    /// Runs with Ctrl-C and termination cancelling; a second Ctrl-C ends the process at once. Refusals take alike.
    /// </summary>
    public static int RunProcess(Func<CancellationToken, int> run)
    {
        Telemetry.Disable();
        using var source = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = !source.IsCancellationRequested;
            source.Cancel();
        };
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = !source.IsCancellationRequested;
            source.Cancel();
        });
        return EvenRefusal.After(run(source.Token));
    }

    /// <summary>Parses and invokes.</summary>
    public static int Run(Command root, string[] arguments, Streams streams, CancellationToken cancellation)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            var path = new Stack<string>();
            for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
                path.Push(command.Command.Name);
            var name = string.Join(' ', path);
            Explain(streams, parsed.Errors[0].Message, $"Run '{name} --help' to see what it takes.");
            return ExitCodes.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = streams.Output,
                Error = streams.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return parsed.InvokeAsync(configuration, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Explain(streams, e);
            return ExitCodes.Of(e);
        }
    }

    /// <summary>Lets a command run on the calling thread, with the token that cancels it.</summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => Task.FromResult(work(parsed, cancellation)));

    private static void Explain(Streams streams, Exception failure)
    {
        switch (failure)
        {
            case OnnxSplitterException expected:
                Explain(streams, expected.Message, expected.Remedy);
                break;
            case ResumableException broken:
                Explain(streams, "Cancelled.", broken.Remedy);
                break;
            case OperationCanceledException:
                Explain(streams, "Cancelled.", "Nothing was written.");
                break;
            default:
                Explain(streams, $"A fault of this tool: {failure.Message}", "Please report it with these lines:");
                streams.Error.WriteLine(failure);
                break;
        }
    }

    private static void Explain(Streams streams, string wrong, string remedy)
    {
        streams.Error.WriteLine($"error: {OneLine(wrong)}");
        streams.Error.WriteLine($"       {OneLine(remedy)}");
    }

    private static string OneLine(string text) => Printable.Of(
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), LongestLine);
}

using System.CommandLine;
using System.Runtime.InteropServices;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting.CommandLine;

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
        if (parsed.Errors.Count > 0 && parsed.Action is not ShowHelp)
        {
            var path = CommandUsage.Path(parsed.CommandResult.Command);
            Explain(streams, parsed.Errors[0].Message, $"Run '{path} --help' to see what it takes.");
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
            Explain(streams, e, parsed.CommandResult.Command);
            return ExitCodes.Of(e);
        }
    }

    private static void Explain(Streams streams, Exception failure, Command command)
    {
        switch (failure)
        {
            case OnnxSplitterException expected:
                var names = ((DescribedCommand)command).Text.NamesByProperty;
                Explain(streams, OptionNames.In(expected.Message, expected.Properties, names),
                    OptionNames.In(expected.Remedy, expected.Properties, names));
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

    private static string OneLine(string text)
    {
        const StringSplitOptions Lines = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return Printable.Of(string.Join(' ', text.Split(['\r', '\n'], Lines)), LongestLine);
    }
}

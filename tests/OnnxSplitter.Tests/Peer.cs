using System.ComponentModel;
using System.Diagnostics;

namespace OnnxSplitter.Tests;

/// <summary>
/// A program that others wrote, to compare with; tests that need one are skipped where it is missing.
/// </summary>
internal static class Peer
{
    /// <summary>Runs it, expecting success.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (code, output, error) = Start(program, arguments) ?? throw new InvalidOperationException($"No {program}.");
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {error}");
        return output;
    }

    /// <summary>Runs it, whatever comes of it.</summary>
    public static int Code(string program, params string[] arguments) =>
        Start(program, arguments)?.Code ?? throw new InvalidOperationException($"No {program}.");

    /// <summary>Skips the test unless the program runs with these arguments.</summary>
    public static void Require(string program, params string[] arguments)
    {
        if (!Runs(program, arguments))
            Assert.Skip($"`{program} {string.Join(' ', arguments)}` does not run here.");
    }

    /// <summary>Whether the program runs with these arguments.</summary>
    public static bool Runs(string program, params string[] arguments) => Start(program, arguments) is { Code: 0 };

    private static (int Code, string Output, string Error)? Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

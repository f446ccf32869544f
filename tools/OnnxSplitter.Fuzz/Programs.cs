using System.Diagnostics;

namespace OnnxSplitter.Fuzz;

/// <summary>Runs <c>onnxsplit</c> as a process of its own.</summary>
internal static class Programs
{
    private static readonly string Cli = Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll");

    public static Process Start(params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [Cli, .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!;

    /// <summary>Runs it to its end.</summary>
    public static int Run(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        error.GetAwaiter().GetResult();
        process.WaitForExit();
        return process.ExitCode;
    }
}

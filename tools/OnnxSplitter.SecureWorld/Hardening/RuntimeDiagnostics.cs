using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>
/// Turns off .NET's own ways into a process: a socket through which any process of the same user gets dumps, and a
/// debugger's pipes.
/// </summary>
/// <remarks>
/// .NET reads that from the environment alone, when it starts; so this starts the program once more, in its place.
/// Compiled ahead of time it has no such ways.
/// </remarks>
internal static unsafe class RuntimeDiagnostics
{
    private const string Variable = "DOTNET_EnableDiagnostics";

    /// <summary>Does so, if it is not done yet.</summary>
    /// <exception cref="UsageException">The program can't be started again.</exception>
    public static void TurnOff()
    {
        if (!OperatingSystem.IsLinux() || !RuntimeFeature.IsDynamicCodeSupported
            || Environment.GetEnvironmentVariable(Variable) == "0") return;
        var arguments = File.ReadAllBytes("/proc/self/cmdline");
        var words = Encoding.UTF8.GetString(arguments).TrimEnd('\0').Split('\0');
        var variables = Environment.GetEnvironmentVariables();
        variables[Variable] = "0";
        var environment = variables.Keys.Cast<string>().Select(name => $"{name}={variables[name]}");

        // Else they stay: what .NET removes at its end does not come to its end.
        foreach (var pattern in new[] { "dotnet-diagnostic", "clr-debug-pipe" })
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), $"{pattern}-{Environment.ProcessId}-*"))
                File.Delete(file);
        var result = ProcessCalls.Execute("/proc/self/exe", Pointers(words), Pointers(environment));
        throw new UsageException(
            $".NET's diagnostics can't be turned off ({result}): "
            + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.",
            $"Set {Variable}=0.");
    }

    // Nobody frees them: another program is in their place at once.
    private static byte** Pointers(IEnumerable<string> texts)
    {
        var all = texts.Select(text => (nint)Utf8StringMarshaller.ConvertToUnmanaged(text)).Append(0).ToArray();
        var pointers = (byte**)NativeMemory.Alloc((nuint)all.Length, (nuint)sizeof(byte*));
        for (var i = 0; i < all.Length; i++) pointers[i] = (byte*)all[i];
        return pointers;
    }
}

using System.Runtime.InteropServices;

namespace OnnxSplitter.Hosting;

/// <summary>Keeps ONNX Runtime from recording which models it runs, and from sending that to its makers.</summary>
/// <remarks>
/// Its packages for Linux and macOS do both from 1.29 on (its pull request 27379): names, digests of weights, errors,
/// in a database below the user's folder. A model's digest is not what it hides, but nobody else's business either.
/// </remarks>
public static class Telemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Comes before the first use of ONNX Runtime in the process: it looks once.</summary>
    public static void Disable()
    {
        // .NET's own environment is a copy that native code does not see.
        if (!OperatingSystem.IsWindows()) _ = SetVariable(Variable, "1", 1);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}

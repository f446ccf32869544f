using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Ort;

/// <summary>
/// Functions of ONNX Runtime's C API that its .NET binding has no method for, though it knows their places
/// (<see cref="OrtApi"/>).
/// </summary>
internal static partial class OrtFunctions
{
    // The first that has all of what is used here (GetSessionOptionsConfigEntries); the binding asks for a later one.
    private const uint ApiVersion = 23;

    private static readonly OrtApi Api = Load();

    private delegate nint CloneFunction(nint options, out nint copy);

    private unsafe delegate nint AddFilesFunction(
        nint options, nint* names, nint* buffers, nuint* lengths, nuint count);

    private delegate nint EntriesFunction(nint options, out nint entries);

    private unsafe delegate void PairsFunction(nint entries, out byte** keys, out byte** values, out nuint count);

    private delegate void ReleaseFunction(nint handle);

    private delegate nint MessageFunction(nint status);

    private delegate nint ApiFunction(uint version);

    /// <summary>Copies session options: <c>CloneSessionOptions</c>.</summary>
    /// <param name="options">Not changed.</param>
    /// <returns>For <see cref="ReleaseOptions"/>.</returns>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public static nint CloneOptions(SessionOptions options)
    {
        var status = Function<CloneFunction>(Api.CloneSessionOptions)(options.DangerousGetHandle(), out var clone);
        GC.KeepAlive(options);
        Check(status, "copy the session options");
        return clone;
    }

    /// <summary>Frees session options: <c>ReleaseSessionOptions</c>.</summary>
    public static void ReleaseOptions(nint options) => Function<ReleaseFunction>(Api.ReleaseSessionOptions)(options);

    /// <summary>
    /// Has the main graph's initializers of data files taken from memory:
    /// <c>AddExternalInitializersFromFilesInMemory</c>.
    /// </summary>
    /// <param name="options">Changed. All data files that the initializers lie in have to be given, at once.</param>
    /// <param name="files">Name in the model, address (not 0) and length of each. Names are copied.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public static unsafe void AddFiles(
        SessionOptions options, IReadOnlyList<(string Name, nint Address, long Length)> files)
    {
        var names = new nint[files.Count];
        try
        {
            for (var i = 0; i < names.Length; i++)
                names[i] = OperatingSystem.IsWindows()
                    ? Marshal.StringToCoTaskMemUni(files[i].Name)
                    : Marshal.StringToCoTaskMemUTF8(files[i].Name);
            nint[] addresses = [.. files.Select(file => file.Address)];
            nuint[] lengths = [.. files.Select(file => checked((nuint)file.Length))];
            nint status;
            fixed (nint* name = names, address = addresses)
            fixed (nuint* length = lengths)
                status = Function<AddFilesFunction>(Api.AddExternalInitializersFromFilesInMemory)(
                    options.DangerousGetHandle(), name, address, length, (nuint)names.Length);
            GC.KeepAlive(options);
            Check(status, "take data files from memory");
        }
        finally
        {
            foreach (var name in names) Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>The configuration entries of session options: <c>GetSessionOptionsConfigEntries</c>.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public static unsafe IReadOnlyDictionary<string, string> Entries(SessionOptions options)
    {
        var status = Function<EntriesFunction>(Api.GetSessionOptionsConfigEntries)(
            options.DangerousGetHandle(), out var entries);
        GC.KeepAlive(options);
        Check(status, "list the session options");
        try
        {
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            Function<PairsFunction>(Api.GetKeyValuePairs)(entries, out var keys, out var values, out var count);
            for (nuint i = 0; i < count; i++)
                found[Marshal.PtrToStringUTF8((nint)keys[i]) ?? ""] = Marshal.PtrToStringUTF8((nint)values[i]) ?? "";
            return found;
        }
        finally
        {
            Function<ReleaseFunction>(Api.ReleaseKeyValuePairs)(entries);
        }
    }

    private static void Check(nint status, string what)
    {
        if (status == 0) return;
        var message = Marshal.PtrToStringUTF8(Function<MessageFunction>(Api.GetErrorMessage)(status));
        Function<ReleaseFunction>(Api.ReleaseStatus)(status);
        throw new InvalidOperationException($"ONNX Runtime can't {what}: {message}");
    }

    private static OrtApi Load()
    {
        // Loads the library, as the binding does it.
        _ = OrtEnv.Instance();
        var api = Marshal.PtrToStructure<OrtApiBase>(OrtGetApiBase());
        return Marshal.PtrToStructure<OrtApi>(Function<ApiFunction>(api.GetApi)(ApiVersion));
    }

    private static T Function<T>(nint pointer) where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(pointer);

    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial nint OrtGetApiBase();
}

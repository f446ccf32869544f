using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime;

/// <summary>Copies session options, so that what one session needs is not set on an object that others share.</summary>
/// <remarks>
/// ONNX Runtime's C API has <c>CloneSessionOptions</c>; its .NET binding knows the function's place
/// (<see cref="OrtApi"/>) but has no method for it.
/// </remarks>
internal static partial class OwnOptions
{
    // Any version of the API from the first on has what is used here; this one has been tried.
    private const uint ApiVersion = 18;

    private static readonly OrtApi Api = LoadApi();

    private delegate nint CloneFunction(nint options, out nint copy);

    private delegate void ReleaseFunction(nint handle);

    private delegate nint MessageFunction(nint status);

    private delegate nint ApiFunction(uint version);

    /// <summary>Makes a copy with all that was set and registered.</summary>
    /// <param name="options">Not changed; null for the usual ones.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public static SessionOptions Copy(SessionOptions? options)
    {
        var copy = new SessionOptions();
        if (options is null) return copy;
        var status = Function<CloneFunction>(Api.CloneSessionOptions)(options.DangerousGetHandle(), out var clone);
        GC.KeepAlive(options);
        if (status != 0)
        {
            copy.Dispose();
            var message = Marshal.PtrToStringUTF8(Function<MessageFunction>(Api.GetErrorMessage)(status));
            Function<ReleaseFunction>(Api.ReleaseStatus)(status);
            throw new InvalidOperationException($"ONNX Runtime can't copy the session options: {message}");
        }

        var empty = copy.DangerousGetHandle();
        SetHandle(copy, clone);
        Function<ReleaseFunction>(Api.ReleaseSessionOptions)(empty);
        return copy;
    }

    private static OrtApi LoadApi()
    {
        // Loads the library, as the binding does it.
        _ = OrtEnv.Instance();
        var api = Marshal.PtrToStructure<OrtApiBase>(OrtGetApiBase());
        return Marshal.PtrToStructure<OrtApi>(Function<ApiFunction>(api.GetApi)(ApiVersion));
    }

    private static T Function<T>(nint pointer) where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(pointer);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetHandle")]
    private static extern void SetHandle(SafeHandle handle, nint value);

    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial nint OrtGetApiBase();
}

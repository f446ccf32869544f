using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime.Ort;

/// <summary>Session options for one session, so that what it needs is not set on an object that others share.</summary>
internal static class OwnOptions
{
    // From 1.31 on; older versions do not know it, and copy.
    private const string Borrow = "session.use_external_initializer_file_buffers_directly";

    /// <summary>Makes a copy with all that was set and registered.</summary>
    /// <param name="options">Not changed; null for the usual ones.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public static SessionOptions Copy(SessionOptions? options)
    {
        if (options is null) return new SessionOptions();
        var clone = OrtFunctions.CloneOptions(options);
        var copy = new SessionOptions();
        var empty = copy.DangerousGetHandle();
        SetHandle(copy, clone);
        OrtFunctions.ReleaseOptions(empty);
        return copy;
    }

    /// <summary>Has data files taken from memory, which the session borrows for as long as it lives.</summary>
    /// <param name="own">Changed.</param>
    /// <param name="files">As for <see cref="OrtFunctions.AddFiles"/>; none changes nothing.</param>
    public static void TakeFiles(SessionOptions own, IReadOnlyList<(string Name, nint Address, long Length)> files)
    {
        if (files.Count == 0) return;

        // ONNX Runtime warns of an entry that is set twice, and who wants a copy gets one.
        if (!OrtFunctions.Entries(own).ContainsKey(Borrow)) own.AddSessionConfigEntry(Borrow, "1");
        OrtFunctions.AddFiles(own, files);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetHandle")]
    private static extern void SetHandle(SafeHandle handle, nint value);
}

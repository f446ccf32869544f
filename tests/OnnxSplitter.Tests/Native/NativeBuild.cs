namespace OnnxSplitter.Tests.Native;

/// <summary>The native library, as it is published.</summary>
internal static class NativeBuild
{
    /// <summary>Path of the library, beside its header.</summary>
    public static string Library => Published.Of("OnnxSplitter.Native", "libonnxsplit.so");

    /// <summary>Folder of the library and of its header.</summary>
    public static string Folder => Path.GetDirectoryName(Library)!;

    /// <summary>Path of the header that is kept with the sources.</summary>
    public static string Header { get; } = Path.Combine(Repository.Root, "src", "OnnxSplitter.Native", "onnxsplit.h");
}

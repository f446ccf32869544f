using System.Runtime.InteropServices;

namespace OnnxSplitter.Hosting;

/// <summary>How native code of this process keeps memory that it has freed.</summary>
public static class NativeHeap
{
    // M_MMAP_THRESHOLD of glibc's mallopt(3).
    private const int MappedFrom = -3;

    /// <summary>
    /// Large blocks go back to the system when they are freed. By itself glibc keeps them, up to 32 MB each, from the
    /// first one on that was freed. Elsewhere nothing happens.
    /// </summary>
    /// <param name="bytes">From which size on.</param>
    public static void ReturnBlocks(int bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetOption(MappedFrom, bytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Another library of C, with a heap of its own.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}

using System.Runtime;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>Memory that opening a model takes, and serving it does not.</summary>
/// <remarks>Other systems' C libraries than glibc have no such calls; there it stays.</remarks>
internal static class UnusedMemory
{
    private const int Large = 1 << 18;

    /// <summary>
    /// Has large blocks come from the system and go back to it one by one. Else the C library learns from the first
    /// that is freed to keep them, and what ONNX Runtime frees while it packs weights stays, unzeroed.
    /// </summary>
    public static void Map() => NativeHeap.ReturnBlocks(Large);

    /// <summary>Gives back what is left.</summary>
    public static void GiveBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = ProcessCalls.TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }
}

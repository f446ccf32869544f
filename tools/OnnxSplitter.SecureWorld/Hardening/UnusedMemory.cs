using System.Runtime;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>Memory that opening a model took, and serving it does not.</summary>
internal static class UnusedMemory
{
    /// <summary>Gives it back to the system: what was freed there would stay, locked and unzeroed.</summary>
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
            // Other systems' libraries than glibc have no such call.
        }
    }
}

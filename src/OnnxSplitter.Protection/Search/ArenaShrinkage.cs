using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Protection.Search;

/// <summary>Runs after which a session gives back what it holds for values on the way.</summary>
/// <remarks>
/// Each session keeps an arena of what its largest run took, and a search has a dozen open: together gigabytes, of
/// which one session at a time needs its part.
/// </remarks>
internal static class ArenaShrinkage
{
    /// <summary>Gives back memory at the end of the runs that these options are for.</summary>
    public static void GiveBackMemory(this RunOptions options) =>
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
}

using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>
/// The memory that this project's sessions take for values on the way, in common: with an arena of its own, each keeps
/// what its largest run took, and a search has dozens open, of which one runs.
/// </summary>
internal static class CommonArena
{
    // How the arena grows: by what is asked for, instead of by twice as much each time.
    private const int SameAsRequested = 1;

    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>Has a session use it; not where this process has another for its sessions already.</summary>
    public static void Serve(SessionOptions options)
    {
        if (!Registered.Value) return;
        options.AddSessionConfigEntry("session.use_env_allocators", "1");

        // Weights stay as long as their session: they would lie between what comes and goes.
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    private static bool Register()
    {
        using var place = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var arena = new OrtArenaCfg(0, SameAsRequested, -1, -1);
        try
        {
            OrtEnv.Instance().CreateAndRegisterAllocator(place, arena);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }
}

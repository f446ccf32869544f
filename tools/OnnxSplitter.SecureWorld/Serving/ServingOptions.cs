using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>Session options that bound what runs take.</summary>
internal static class ServingOptions
{
    // How the arena grows: by what is asked for, instead of by twice as much each time.
    private const int SameAsRequested = 1;

    /// <summary>Makes them.</summary>
    /// <param name="megabytes">What all runs together may take, beside weights.</param>
    /// <param name="takesTurns">Whether hosts compute too, while this process waits.</param>
    /// <returns>The caller's to dispose.</returns>
    public static SessionOptions Create(int megabytes, bool takesTurns)
    {
        using var place = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var arena = new OrtArenaCfg((uint)megabytes << 20, SameAsRequested, -1, -1);
        OrtEnv.Instance().CreateAndRegisterAllocator(place, arena);
        var options = new SessionOptions();
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");

        // Threads that spin on when a run has ended would take processors from hosts.
        if (takesTurns) options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return options;
    }
}

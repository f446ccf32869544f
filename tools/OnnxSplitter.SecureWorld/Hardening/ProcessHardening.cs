using System.Runtime.InteropServices;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>Keeps other processes of the same user, core dumps and swap away from this process's memory.</summary>
internal static class ProcessHardening
{
    private const int SetDumpable = 4;
    private const int NoNewPrivileges = 38;
    private const int CoreSize = 4;
    private const int LockedMemory = 8;

    // What there is and what comes, each page when it is first used: reserved addresses take no memory.
    private const int CurrentFutureOnFault = 1 | 2 | 4;

    /// <summary>Does so.</summary>
    /// <param name="unlocked">Whether to go on where memory can't be locked.</param>
    /// <exception cref="UsageException">The system does not do all of it.</exception>
    public static void Apply(bool unlocked)
    {
        if (!OperatingSystem.IsLinux())
            throw new UsageException("A trusted process is for Linux.", "Run it in a virtual machine of Linux.");
        var none = default(ProcessCalls.Limit);
        Check(ProcessCalls.SetLimit(CoreSize, none), "core dumps can't be turned off");
        Check(ProcessCalls.Control(SetDumpable, 0, 0, 0, 0), "other processes can't be kept from this one's memory");
        Check(ProcessCalls.Control(NoNewPrivileges, 1, 0, 0, 0), "privileges can't be given up");
        if (unlocked) return;
        var all = new ProcessCalls.Limit { Soft = ulong.MaxValue, Hard = ulong.MaxValue };
        _ = ProcessCalls.SetLimit(LockedMemory, all);
        if (ProcessCalls.LockAll(CurrentFutureOnFault) != 0)
            throw new UsageException("Memory can't be locked, so that restored weights might come to be in swap: "
                + $"{Error()}.",
                "Raise the limit of locked memory to unlimited (systemd: LimitMEMLOCK=infinity), or pass --unlocked.");
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
            throw new UsageException($"Of this process, {what}: {Error()}.", "Run it on Linux 5.10 or later.");
    }

    private static string Error() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}

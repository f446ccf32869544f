using System.Diagnostics;

namespace OnnxSplitter.Hosting;

/// <summary>
/// Makes refusals of secrets and models take alike, so that the clock does not say how far a damaged file got: a
/// process that refuses ends a whole number of steps after it began.
/// </summary>
public static class EvenRefusal
{
    // Several times what a refusal takes. A large model is hashed for longer than that, whatever is wrong with it.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Waits, if that code refuses.</summary>
    public static int After(int code)
    {
        if (code is ExitCodes.NotOpened or ExitCodes.Mismatch) Thread.Sleep(Rest(Age()));
        return code;
    }

    /// <summary>What is missing from an age to the next whole number of steps.</summary>
    internal static TimeSpan Rest(TimeSpan age) => TimeSpan.FromTicks(Step.Ticks - age.Ticks % Step.Ticks);

    private static TimeSpan Age()
    {
        using var process = Process.GetCurrentProcess();
        var age = DateTime.Now - process.StartTime;

        // A clock that was set meanwhile must not make anybody wait.
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}

using System.Diagnostics;

namespace OnnxSplitter.Attacks.Training;

/// <summary>How long something may go on.</summary>
/// <param name="length">From now; null for as long as it takes.</param>
internal sealed class Deadline(TimeSpan? length)
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>Without an end.</summary>
    public static Deadline None { get; } = new(null);

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => length is { } most && Stopwatch.GetElapsedTime(_begun) >= most;
}

using OnnxSplitter.Runtime;

namespace OnnxSplitter.DependencyInjection;

/// <summary>A session that is disposed once it is retired and the last borrower has returned it.</summary>
/// <param name="session">This object's to dispose.</param>
/// <param name="number">How many opens there were with this one.</param>
/// <param name="opened">When.</param>
internal sealed class SessionGeneration(ProtectedSession session, int number, DateTimeOffset opened)
{
    // One for the service that owns it until it is retired.
    private int _holders = 1;

    public ProtectedSession Session => session;

    public int Number => number;

    public DateTimeOffset Opened => opened;

    /// <summary>Takes part in it, unless it is gone.</summary>
    public bool TryHold()
    {
        for (var seen = Volatile.Read(ref _holders); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref _holders, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }

        return false;
    }

    /// <summary>Ends one part, of a borrower or of the owner, which is to happen once each.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) session.Dispose();
    }
}

using OnnxSplitter.Runtime;

namespace OnnxSplitter.DependencyInjection;

/// <summary>
/// A session that stays as it is until this is disposed, whatever is reloaded meanwhile. Dispose it after the last use
/// of the session and of outputs that lie in its memory, and soon: it keeps the memory of a whole model.
/// </summary>
public sealed class SessionLease : IDisposable
{
    private readonly SessionGeneration _held;
    private int _returned;

    internal SessionLease(SessionGeneration held) => _held = held;

    /// <summary>The session; the service's to dispose.</summary>
    /// <exception cref="ObjectDisposedException">It was returned.</exception>
    public ProtectedSession Session
    {
        get
        {
            ObjectDisposedException.ThrowIf(_returned != 0, this);
            return _held.Session;
        }
    }

    /// <summary>Which open of the model it is of, from 1.</summary>
    public int Generation => _held.Number;

    /// <summary>Returns the session. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0) _held.Release();
    }
}

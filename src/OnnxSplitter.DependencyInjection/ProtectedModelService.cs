namespace OnnxSplitter.DependencyInjection;

/// <summary>
/// A protected model that a host serves: whoever runs it borrows the session, and gets the newest one each time.
/// </summary>
/// <remarks>Any number of threads may borrow at a time.</remarks>
public sealed class ProtectedModelService : IAsyncDisposable, IDisposable
{
    private readonly ModelOpener _opener;
    private readonly ModelJournal _journal;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _swap = new();
    private SessionGeneration? _current;
    private Task _watch = Task.CompletedTask;
    private int _opens;
    private bool _disposed;

    internal ProtectedModelService(string name, ModelOpener opener, ModelJournal journal, TimeProvider clock)
    {
        Name = name;
        _opener = opener;
        _journal = journal;
        _clock = clock;
    }

    /// <summary>The name it was added by.</summary>
    public string Name { get; }

    /// <summary>Why the newest files are not what is served, for people; null if they are.</summary>
    public string? ReloadFailure { get; private set; }

    /// <summary>Which open of the model is served, from 1; 0 before the first.</summary>
    public int Generation => Volatile.Read(ref _current)?.Number ?? 0;

    /// <summary>When that was; null before the first.</summary>
    public DateTimeOffset? Opened => Volatile.Read(ref _current)?.Opened;

    /// <summary>Borrows the session over the newest restored model.</summary>
    /// <returns>It, for the caller to dispose after use.</returns>
    /// <exception cref="InvalidOperationException">The host has not started, or has ended.</exception>
    public SessionLease Borrow()
    {
        // Who loses the race with a reload gets the next one.
        while (Volatile.Read(ref _current) is { } current)
            if (current.TryHold())
                return new SessionLease(current);
        throw new InvalidOperationException(
            $"The protected model {Name} is not open: it is from the host's start to its end.");
    }

    /// <summary>Opens the model, then watches its files.</summary>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        var stamp = _opener.Stamp();

        // Keys may lie on a token and models be large: the thread that starts the host is not for that.
        await Task.Run(Open, cancellation).ConfigureAwait(false);
        if (_opener.Interval is { } interval) _watch = WatchAsync(stamp, interval);
    }

    /// <summary>Ends the watch. What is borrowed stays.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed) await StopAsync().ConfigureAwait(false);
        Dispose();
    }

    /// <summary>Ends it; the session, once the last borrower has returned it.</summary>
    public void Dispose()
    {
        lock (_swap)
        {
            if (_disposed) return;
            _disposed = true;
            _stop.Cancel();
            _stop.Dispose();
            Interlocked.Exchange(ref _current, null)?.Release();
        }
    }

    private void Open()
    {
        var number = ++_opens;
        var session = _journal.Record(_opener.Path, number, _opener.Open);
        lock (_swap)
        {
            if (_disposed) session.Dispose();
            else Interlocked.Exchange(ref _current, new(session, number, _clock.GetUtcNow()))?.Release();
        }
    }

    private async Task WatchAsync(string stamp, TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _clock);
        var schedule = new RetrySchedule();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var now = _opener.Stamp();
                if (!schedule.IsDue(now != stamp, ReloadFailure is not null)) continue;
                stamp = now;
                Reload();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Reload()
    {
        try
        {
            Open();
            ReloadFailure = null;
        }
        catch (Exception e)
        {
            // Model and secrets are replaced one after the other, so a failure may be of the moment between: the old
            // session goes on, and the next tick tries again.
            ReloadFailure = ModelJournal.Explain(e);
        }
    }
}

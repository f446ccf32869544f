using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// A host's connections to one trusted process: as many as runs are under way, kept for the next ones, replaced where
/// they broke.
/// </summary>
internal sealed class HostConnections : IDisposable
{
    private readonly SecuredEndpoint _endpoint;
    private readonly byte[] _sha256;
    private readonly ConcurrentBag<HostConnection> _idle = [];
    private readonly SemaphoreSlim _free;
    private volatile bool _disposed;

    /// <summary>Connects for the first time.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="sha256">Of the model that has to be served.</param>
    /// <exception cref="SecuredException">It is not there, or not the one.</exception>
    public HostConnections(SecuredEndpoint endpoint, byte[] sha256)
    {
        (_endpoint, _sha256) = (endpoint, sha256);
        _free = new SemaphoreSlim(endpoint.MostConnections);
        var first = Connect();
        Model = first.Model;
        _idle.Add(first);
    }

    /// <summary>What is served.</summary>
    public ModelDescription Model { get; }

    /// <summary>Refuses to go on once they were closed.</summary>
    /// <exception cref="ObjectDisposedException">They were.</exception>
    public void RefuseDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>Runs the model.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="begun">When, as <see cref="Stopwatch"/> counts; null for now.</param>
    /// <returns>The outputs. The caller disposes them.</returns>
    /// <exception cref="SecuredException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SecuredOutputs Run(HostRun request, CancellationToken cancellation, long? begun = null)
    {
        var since = begun ?? Stopwatch.GetTimestamp();
        var left = _endpoint.RunWithin - Stopwatch.GetElapsedTime(since);
        if (left <= TimeSpan.Zero || !_free.Wait(left, cancellation)) throw SecuredException.TimedOut(_endpoint.Path);
        try
        {
            // An idle connection may have broken since; a fresh one that breaks is news.
            while (_idle.TryTake(out var known))
                if (Try(known, request, since, known: true, cancellation) is { } outputs) return outputs;
            return Try(Connect(), request, since, known: false, cancellation)!;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes them. Runs that are under way end as they would have.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }

    private SecuredOutputs? Try(
        HostConnection connection, HostRun request, long begun, bool known, CancellationToken cancellation)
    {
        var whole = false;
        try
        {
            using var interrupt = cancellation.Register(connection.Interrupt);
            var outputs = request.Over(connection, () => _endpoint.RunWithin - Stopwatch.GetElapsedTime(begun));
            whole = true;
            return outputs;
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (ChannelException e) when (known && e.End == ChannelEnd.Closed)
        {
            return null;
        }
        catch (ChannelException e)
        {
            throw SecuredException.Of(_endpoint.Path, e);
        }
        catch (FailedException e)
        {
            // An answer like others: the connection is whole.
            whole = true;
            throw SecuredException.Of(_endpoint.Path, e.Code, e.Message);
        }
        finally
        {
            if (whole && !cancellation.IsCancellationRequested && !_disposed) _idle.Add(connection);
            else connection.Dispose();
        }
    }

    private HostConnection Connect()
    {
        HostConnection connection;
        if (SecuredEndpoint.IsTooLong(_endpoint.Path))
            throw SecuredException.TooLong(_endpoint.Path);
        try
        {
            connection = HostConnection.Open(_endpoint.Path, _endpoint.User, _endpoint.ConnectWithin);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw SecuredException.Unreachable(_endpoint.Path, e);
        }
        catch (OtherUserException e)
        {
            throw SecuredException.NotTheOne(
                $"What answers at {_endpoint.Path} is not the process that it should be: {e.Message}, not "
                + $"{_endpoint.User}.", "Find out who made that socket.");
        }
        catch (ChannelException e)
        {
            throw SecuredException.Of(_endpoint.Path, e);
        }
        catch (FailedException e)
        {
            throw SecuredException.Of(_endpoint.Path, e.Code, e.Message);
        }

        var model = connection.Model;
        if (model.Sha256.AsSpan().SequenceEqual(_sha256) && (Model is null || model.Serves(Model))) return connection;
        connection.Dispose();
        throw SecuredException.NotTheOne(
            $"What answers at {_endpoint.Path} serves another model, or another part of it.",
            "Pass the obfuscated model that it was started with, and open it anew where it was restarted otherwise.");
    }
}

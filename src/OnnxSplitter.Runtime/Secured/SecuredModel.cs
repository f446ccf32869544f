using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// A protected model that runs in a trusted process (<c>onnxsplit-secure</c>), which alone has secrets and restored
/// weights. This process sees inputs and outputs.
/// </summary>
/// <remarks>
/// It is used by several threads at a time, each over a connection of its own, up to
/// <see cref="SecuredEndpoint.MostConnections"/>. A connection that broke is replaced; a run that found it broken
/// before it got an answer is tried once more, since a run changes nothing. Linux alone.
/// </remarks>
public sealed class SecuredModel : IDisposable
{
    private readonly SecuredEndpoint _endpoint;
    private readonly byte[] _sha256;
    private readonly ConcurrentBag<HostConnection> _idle = [];
    private readonly SemaphoreSlim _free;
    private volatile bool _disposed;

    private SecuredModel(SecuredEndpoint endpoint, byte[] sha256, HostConnection first)
    {
        (_endpoint, _sha256) = (endpoint, sha256);
        _free = new SemaphoreSlim(endpoint.MostConnections);
        _idle.Add(first);
        (Inputs, Outputs) = (first.Model.Inputs, first.Model.Outputs);
    }

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<SecuredTensor> Inputs { get; }

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<SecuredTensor> Outputs { get; }

    /// <summary>Connects to a trusted process.</summary>
    /// <param name="obfuscated">The obfuscated model, which the process has to serve; not kept.</param>
    /// <param name="endpoint">Where.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="SecuredException">It is not there, or not the one.</exception>
    /// <exception cref="Onnx.ModelFormatException">The model can't be read.</exception>
    public static SecuredModel Open(FileSource obfuscated, SecuredEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Trusted processes are for Linux.");
        var sha256 = obfuscated.Digest();
        return new SecuredModel(endpoint, sha256, Connect(endpoint, sha256));
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">
    /// A tensor in this process's memory for each of its inputs, by name. Still the caller's.
    /// </param>
    /// <param name="outputNames">The outputs that are wanted, in this order.</param>
    /// <param name="cancellation">Stops waiting. The trusted process ends the run, and nobody gets its result.</param>
    /// <returns>The outputs, in memory of their own. The caller disposes them.</returns>
    /// <exception cref="SecuredException">There is no answer, within the time that the endpoint gives.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputNames);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var request = new HostRun(Inputs, Outputs, inputs, outputNames);
        var begun = Stopwatch.GetTimestamp();
        if (!_free.Wait(_endpoint.RunWithin, cancellation)) throw SecuredException.TimedOut(_endpoint.Path);
        try
        {
            // An idle connection may have broken since; a fresh one that breaks is news.
            while (_idle.TryTake(out var known))
                if (Try(known, request, begun, known: true, cancellation) is { } outputs) return outputs;
            return Try(Connect(_endpoint, _sha256), request, begun, known: false, cancellation)!;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes the connections. Runs that are under way end as they would have.</summary>
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

    private static HostConnection Connect(SecuredEndpoint endpoint, byte[] sha256)
    {
        HostConnection connection;
        try
        {
            connection = HostConnection.Open(endpoint.Path, endpoint.User, endpoint.ConnectWithin);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw SecuredException.Unreachable(endpoint.Path, e);
        }
        catch (OtherUserException e)
        {
            throw SecuredException.NotTheOne(
                $"What answers at {endpoint.Path} is not the process that it should be: {e.Message}, not "
                + $"{endpoint.User}.", "Find out who made that socket.");
        }
        catch (ChannelException e)
        {
            throw SecuredException.Of(endpoint.Path, e);
        }
        catch (FailedException e)
        {
            throw SecuredException.Of(endpoint.Path, e.Code, e.Message);
        }

        if (connection.Model.Sha256.AsSpan().SequenceEqual(sha256)) return connection;
        connection.Dispose();
        throw SecuredException.NotTheOne($"What answers at {endpoint.Path} serves another model.",
            "Pass the obfuscated model that it was started with.");
    }
}

using System.Collections.Concurrent;
using System.Net.Sockets;
using OnnxSplitter.Hosting;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;
using OnnxSplitter.SecureWorld.Hardening;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>Lets hosts in, each on a thread of its own.</summary>
internal sealed class Listener : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Who they are is asked of the system, once they connect.
    private const UnixFileMode Everybody = OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // A new connection takes an answer at once, but this thread may have to wait for its turn.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly ServedModel _model;
    private readonly ServingLimits _limits;
    private readonly RefusalLog _log;
    private readonly ConcurrentDictionary<Channel, (Thread Thread, uint User)> _hosts = [];
    private readonly uint _user = ProcessCalls.EffectiveUser();

    private Listener(Socket socket, ServedModel model, ServingLimits limits, TextWriter log) =>
        (_socket, _model, _limits, _log) = (socket, model, limits, new RefusalLog(log));

    /// <summary>Makes the socket.</summary>
    /// <param name="path">Where; what is left of one that nobody listens at is replaced.</param>
    /// <param name="model">Still the caller's.</param>
    /// <param name="limits">What hosts may ask for.</param>
    /// <param name="log">Told who was refused.</param>
    /// <exception cref="UsageException">It can't be made there.</exception>
    public static Listener Bind(string path, ServedModel model, ServingLimits limits, TextWriter log)
    {
        if (SecuredEndpoint.IsTooLong(path))
            throw new UsageException(
                $"The path of the socket has more than {SecuredEndpoint.LongestPath} bytes: {path}.",
                "Name a shorter one.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var endpoint = new UnixDomainSocketEndPoint(path);
            if (IsLeft(path, endpoint)) File.Delete(path);
            socket.Bind(endpoint);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, limits.Users.Count > 0 ? Everybody : OwnerAlone);
            socket.Listen();
            return new Listener(socket, model, limits, log);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            socket.Dispose();
            throw new UsageException(
                Path.Exists(path) && e is SocketException
                    ? $"No socket can be made at {path}: another process serves there, or it is no socket."
                    : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
                        ? $"No socket can be made at {path}: there is no such folder."
                        : $"No socket can be made at {path}: {e.Message}",
                "Name a path that nothing has, in a folder that this user may write to.");
        }
    }

    /// <summary>Serves until it is cancelled; then ends what runs.</summary>
    public void Run(CancellationToken cancellation)
    {
        using var stop = cancellation.Register(_socket.Dispose);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                Let(new Channel(_socket.Accept()), cancellation);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OutOfMemoryException)
            {
                // Out of descriptors or threads, or a host that has gone again: no reason to end for the others.
                if (!cancellation.IsCancellationRequested) Thread.Sleep(Pause);
            }
        }

        foreach (var channel in _hosts.Keys) channel.Interrupt();
        foreach (var (thread, _) in _hosts.Values) thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Whether a socket lies there that nobody listens at: its process was killed.</summary>
    private static bool IsLeft(string path, UnixDomainSocketEndPoint endpoint)
    {
        if (!File.Exists(path) || File.GetAttributes(path).HasFlag(FileAttributes.Directory)) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // The same is said of a file that is no socket; a socket is empty, and no link.
            return new FileInfo(path) is { Length: 0, LinkTarget: null };
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Let(Channel channel, CancellationToken cancellation)
    {
        Thread? thread = null;
        try
        {
            var (process, user, _) = channel.Peer;
            if (user != _user && !_limits.Users.Contains(user))
            {
                _log.Add($"user {user}, process {process}, may not connect");
            }
            else if (_hosts.Values.Count(host => host.User == user) >= _limits.ConnectionsOfUser)
            {
                channel.Send(new Frame((ushort)MessageKind.Failed, Bodies.Failed(FailureCode.Busy,
                    $"{_limits.ConnectionsOfUser} connections are open")), AnswerWithin);
            }
            else
            {
                thread = new Thread(() => Serve(channel, cancellation)) { IsBackground = true };
                _hosts[channel] = (thread, user);
                thread.Start();
            }
        }
        catch (ChannelException)
        {
            // It did not wait for the answer.
        }
        catch
        {
            _hosts.TryRemove(channel, out _);
            thread = null;
            throw;
        }
        finally
        {
            if (thread is null) channel.Dispose();
        }
    }

    private void Serve(Channel channel, CancellationToken cancellation)
    {
        try
        {
            using var session = new HostSession(channel, _model, _limits, cancellation);
            session.Serve();
        }
        catch (ChannelException e)
        {
            if (e.End != ChannelEnd.Closed) _log.Add(e.Message);
        }
        catch (Exception e)
        {
            // Whatever one host brings about, the others are served.
            _log.Add(e.Message);
        }
        finally
        {
            _hosts.TryRemove(channel, out _);
            channel.Dispose();
        }
    }
}

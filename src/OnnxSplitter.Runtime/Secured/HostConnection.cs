using System.Net.Sockets;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A host's connection to a trusted process: one run at a time.</summary>
internal sealed class HostConnection : IDisposable
{
    private const long FirstArena = 1 << 20;

    private readonly Channel _channel;
    private readonly TimeSpan _within;
    private SharedArena _arena;

    private HostConnection(Channel channel, SharedArena arena, ModelDescription model, TimeSpan within) =>
        (_channel, _arena, Model, _within) = (channel, arena, model, within);

    /// <summary>What is served.</summary>
    public ModelDescription Model { get; }

    /// <summary>Connects.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="user">As whom the process has to run; null for anyone.</param>
    /// <param name="within">How long each answer may take that is no run's.</param>
    /// <exception cref="SocketException">There is no such socket.</exception>
    /// <exception cref="ChannelException">What answers there is no trusted process.</exception>
    /// <exception cref="FailedException">It refuses.</exception>
    public static HostConnection Open(string path, uint? user, TimeSpan within)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var channel = new Channel(socket);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            if (user is not null && channel.Peer.User != user) throw new OtherUserException(channel.Peer.User);
            try
            {
                channel.Send(new Frame((ushort)MessageKind.Hello, Bodies.Length(FirstArena)), within);
            }
            catch (ChannelException e) when (e.End == ChannelEnd.Closed)
            {
                // It may have said why, before it closed: that is still there to be read.
            }

            var frame = channel.Receive(Bodies.LongestWelcome, within, within);
            var (model, length) = Expect(frame, MessageKind.Welcome, Bodies.Welcome);
            return new HostConnection(channel, Shared(frame, length), model, within);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Room for inputs.</summary>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ChannelException">The process does not answer as it should.</exception>
    /// <exception cref="FailedException">It does not share so much.</exception>
    public SharedArena Room(long length)
    {
        if (length <= _arena.Length) return _arena;
        _channel.Send(new Frame((ushort)MessageKind.Resize, Bodies.Length(length)), _within);
        var frame = _channel.Receive(Bodies.Longest, _within, _within);
        Take(frame, Expect(frame, MessageKind.Resized, Bodies.Length));
        return length <= _arena.Length ? _arena : throw ChannelException.Protocol("less memory than was asked for");
    }

    /// <summary>Runs the model on inputs that lie in the memory.</summary>
    /// <param name="inputs">Where.</param>
    /// <param name="outputs">Indices of those that are wanted.</param>
    /// <param name="within">How long it may take.</param>
    /// <returns>Where outputs lie, until the next call.</returns>
    /// <exception cref="ChannelException">The process does not answer as it should.</exception>
    /// <exception cref="FailedException">It refuses, or the model fails.</exception>
    public (IReadOnlyList<TensorPlace> Outputs, SharedArena Arena) Run(
        IReadOnlyList<TensorPlace> inputs, IReadOnlyList<int> outputs, TimeSpan within)
    {
        _channel.Send(new Frame((ushort)MessageKind.Run, Bodies.Run(inputs, outputs)), _within);
        var frame = _channel.Receive(Bodies.Longest, within, _within);
        var (places, length) = Expect(frame, MessageKind.Done, Bodies.Done);
        if (length > 0) Take(frame, length);
        return (places, _arena);
    }

    /// <summary>Ends whatever waits, from any thread.</summary>
    public void Interrupt() => _channel.Interrupt();

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _arena.Dispose();
    }

    private static T Expect<T>(Frame frame, MessageKind kind, Func<byte[], T> read)
    {
        try
        {
            if (frame.Kind == (ushort)MessageKind.Failed)
            {
                var (code, what) = Bodies.Failed(frame.Body);
                throw new FailedException(code, what);
            }

            return frame.Kind == (ushort)kind ? read(frame.Body)
                : throw ChannelException.Protocol($"message {frame.Kind} instead of {(ushort)kind}");
        }
        catch
        {
            frame.Descriptor?.Dispose();
            throw;
        }
    }

    private static SharedArena Shared(Frame frame, long length) => frame.Descriptor is { } handle
        ? SharedArena.Of(handle, length)
        : throw ChannelException.Protocol("a message without its memory");

    private void Take(Frame frame, long length)
    {
        var arena = Shared(frame, length);
        _arena.Dispose();
        _arena = arena;
    }
}

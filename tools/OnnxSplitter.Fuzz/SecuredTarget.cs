using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;
using OnnxSplitter.SecureWorld.Serving;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// What a host may say to a trusted process: all bytes of a connection, from the first message on, to a session that
/// serves a real model.
/// </summary>
internal sealed class SecuredTarget : IDisposable
{
    private const long Room = 1 << 16;

    private static readonly TensorPlace Image = new(0, [1, 1, 28, 28], 0, 3136);
    private static readonly TensorPlace Second = Image with { Index = 1 };

    private static readonly Channels None = new(1, []);

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _endpoint;
    private readonly ServedModel _model;
    private readonly ServingLimits _limits = new(1, 1 << 20, TimeSpan.FromSeconds(10), []);

    private SecuredTarget(ServedModel model)
    {
        _endpoint = new UnixDomainSocketEndPoint($"\0onnxsplitter-fuzz-{Guid.NewGuid():N}");
        _listener.Bind(_endpoint);
        _listener.Listen();
        _model = model;
    }

    /// <summary>Serves as a reader; lives as long as the program.</summary>
    public static Target Target()
    {
        var target = new SecuredTarget(ServedModel.Of(Session(), new byte[32]));
        byte[] hello = Message(MessageKind.Hello, Bodies.Length(Room));
        byte[] run = Message(MessageKind.Run, Bodies.Run([Image], [0]));
        byte[] resize = Message(MessageKind.Resize, Bodies.Length(2 * Room));
        return new Target(
            [
                hello, [.. hello, .. run], [.. hello, .. resize, .. run, .. run],
                [.. hello, .. Message(MessageKind.Run, Bodies.Run([Image, Image], [0, 0])), .. run],
            ], target.Read, AllocationFactor: null);
    }

    /// <summary>
    /// The same of a process that serves two corrected layers; what each of them computes does not matter here.
    /// </summary>
    public static Target Corrections()
    {
        CorrectedLayer[] layers =
            [.. new[] { "first", "second" }.Select(name => new CorrectedLayer(name, None, name, None))];
        var target = new SecuredTarget(ServedModel.Of([Session(), Session()], layers, new byte[32]));
        byte[] hello = Message(MessageKind.Hello, Bodies.Length(Room));
        byte[] first = Message(MessageKind.Run, Bodies.Run([Image], [0]));
        byte[] second = Message(MessageKind.Run, Bodies.Run([Second], [1]));
        return new Target(
            [
                [.. hello, .. first, .. second], [.. hello, .. second, .. first, .. second],
                [.. hello, .. Message(MessageKind.Run, Bodies.Run([Image], [1])), .. first],
                [.. hello, .. Message(MessageKind.Run, Bodies.Run([Image, Second], [0, 1])), .. second],
            ], target.Read, AllocationFactor: null);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _model.Dispose();
    }

    private static InferenceSession Session()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new InferenceSession(VectorFiles.Model("resnet20-fmnist.onnx"), options);
    }

    private string Read(byte[] input)
    {
        using var host = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        host.Connect(_endpoint);
        host.Send(input);
        host.Shutdown(SocketShutdown.Send);
        using var channel = new Channel(_listener.Accept());
        using var session = new HostSession(channel, _model, _limits, CancellationToken.None);
        try
        {
            session.Serve();
        }
        catch (ChannelException e)
        {
            return e.End.ToString();
        }
        catch (RequestException)
        {
            // Its first message asks for too much.
        }

        return "refused";
    }

    private static byte[] Message(MessageKind kind, byte[] body)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(header, body.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), Channel.Version);
        return [.. header, .. body];
    }
}

using System.ComponentModel;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>One host's connection, from its first message to its end.</summary>
/// <param name="channel">Still the caller's.</param>
/// <param name="model">What is served.</param>
/// <param name="limits">What it may ask for.</param>
/// <param name="cancellation">Ends a run that is under way.</param>
internal sealed class HostSession(
    Channel channel, ServedModel model, ServingLimits limits, CancellationToken cancellation) : IDisposable
{
    private SharedArena? _arena;

    /// <summary>Serves until the host goes.</summary>
    /// <exception cref="ChannelException">It has gone, or does not keep to the protocol.</exception>
    public void Serve()
    {
        Welcome(channel.Receive(Bodies.Longest, ServingLimits.Message, ServingLimits.Message));
        while (true)
        {
            var frame = channel.Receive(Bodies.Longest, Timeout.InfiniteTimeSpan, ServingLimits.Message);
            try
            {
                Answer(frame);
            }
            catch (RequestException e)
            {
                Send(MessageKind.Failed, Bodies.Failed(e.Code, e.Message));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena?.Dispose();

    private void Welcome(Frame frame)
    {
        var wanted = Expect(frame, MessageKind.Hello, Bodies.Length);
        if (wanted <= 0) throw ChannelException.Protocol("no memory is wanted");
        Share(Math.Min(wanted, limits.Arena));
        Send(MessageKind.Welcome, Bodies.Welcome(model.Description, _arena!.Length), _arena);
    }

    private void Answer(Frame frame)
    {
        if (frame.Kind == (ushort)MessageKind.Resize)
        {
            Share(Expect(frame, MessageKind.Resize, Bodies.Length));
            Send(MessageKind.Resized, Bodies.Length(_arena!.Length), _arena);
            return;
        }

        var (places, outputs) = Expect(frame, MessageKind.Run, Bodies.Run);
        var part = model.PartOf(places);
        var inputs = part.Take(_arena!, places);
        try
        {
            using var options = new RunOptions();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

            // Let go of before the options are: what is called meanwhile has ended then.
            using var end = limit.Token.Register(() => options.Terminate = true);
            limit.CancelAfter(limits.Run);
            using var values = part.Run(inputs, outputs, options);
            Give(outputs, values);
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    /// <summary>Puts outputs into shared memory, and into more of it where they do not fit.</summary>
    private void Give(IReadOnlyList<int> outputs, IReadOnlyList<OrtValue> values)
    {
        var places = new List<TensorPlace>();
        var end = 0L;
        for (var i = 0; i < values.Count; i++)
        {
            var dims = values[i].GetTensorTypeAndShape().Shape;
            var length = model.Description.Outputs[outputs[i]].LengthOf(dims) ?? long.MaxValue;
            if (length > limits.Arena - end)
                throw new RequestException(FailureCode.TooLarge, $"the outputs take more than {limits.Arena} bytes");
            places.Add(new TensorPlace(outputs[i], dims, end, length));
            end = TensorPlace.After(end + length);
        }

        var fits = end <= _arena!.Length;
        if (!fits) Share(Math.Min(end, limits.Arena));
        for (var i = 0; i < values.Count; i++)
            values[i].GetTensorMutableRawData().CopyTo(_arena.Bytes(places[i].Offset, places[i].Length));
        Send(MessageKind.Done, Bodies.Done(places, fits ? 0 : _arena.Length), fits ? null : _arena);
    }

    private void Share(long length)
    {
        if (length <= 0 || length > limits.Arena)
            throw new RequestException(FailureCode.TooLarge,
                $"{length} bytes are asked for, and {limits.Arena} are the most");
        try
        {
            var former = _arena;
            _arena = SharedArena.Create(length);
            former?.Dispose();
        }
        catch (Exception e) when (e is Win32Exception or IOException or OutOfMemoryException)
        {
            throw new RequestException(FailureCode.TooLarge, "there is no more memory to share");
        }
    }

    private static T Expect<T>(Frame frame, MessageKind kind, Func<byte[], T> read)
    {
        // Nothing that a host sends has one.
        frame.Descriptor?.Dispose();
        return frame.Kind == (ushort)kind && frame.Descriptor is null ? read(frame.Body)
            : throw ChannelException.Protocol($"message {frame.Kind} instead of {(ushort)kind}");
    }

    private void Send(MessageKind kind, byte[] body, SharedArena? arena = null) =>
        channel.Send(new Frame((ushort)kind, body, arena?.Handle), ServingLimits.Message);
}

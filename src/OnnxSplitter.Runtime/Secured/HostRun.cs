using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>A run as a host asks for it.</summary>
internal sealed class HostRun
{
    private readonly IReadOnlyList<SecuredTensor> _outputs;
    private readonly List<(TensorPlace Place, OrtValue Value)> _inputs = [];
    private readonly int[] _wanted;
    private readonly long _length;

    /// <summary>Looks whether inputs can be sent.</summary>
    /// <param name="inputs">What runs there takes.</param>
    /// <param name="outputs">What it gives.</param>
    /// <param name="values">A value for each of its inputs. Still the caller's.</param>
    /// <param name="names">Some of its outputs.</param>
    /// <exception cref="SecuredException">One is of another type, or more than there are.</exception>
    public HostRun(
        IReadOnlyList<SecuredTensor> inputs, IReadOnlyList<SecuredTensor> outputs,
        IReadOnlyDictionary<string, OrtValue> values, IReadOnlyCollection<string> names)
    {
        _outputs = outputs;
        foreach (var (name, value) in values)
        {
            var index = IndexOf(inputs, name) is >= 0 and var found ? found
                : throw SecuredException.Refused($"The model has no input '{name}'; it has {All(inputs)}.");
            var input = inputs[index];
            if (!value.IsTensor || value.GetTensorTypeAndShape() is var shape && shape.ElementDataType != input.Type)
                throw SecuredException.Refused($"Input '{name}' is no tensor of {input.Type}.");
            if (input.LengthOf(shape.Shape) is not { } length || length > int.MaxValue)
                throw SecuredException.Refused($"Input '{name}' is larger than 2 GB.");
            _inputs.Add((new TensorPlace(index, shape.Shape, _length, length), value));
            _length = TensorPlace.After(_length + length);
        }

        _wanted = [.. names.Select(name => IndexOf(outputs, name))];
    }

    /// <summary>Runs it.</summary>
    /// <param name="connection">Nobody else's meanwhile.</param>
    /// <param name="left">How long it may still take.</param>
    /// <returns>The outputs, in the order in which they are wanted.</returns>
    public SecuredOutputs Over(HostConnection connection, Func<TimeSpan> left)
    {
        var arena = connection.Room(Math.Max(_length, 1));
        foreach (var (place, value) in _inputs)
            Bytes(value, place.Length).CopyTo(arena.Bytes(place.Offset, place.Length));
        var (places, answer) = connection.Run(
            [.. _inputs.Select(input => input.Place)], _wanted, left() is { Ticks: > 0 } time ? time : TimeSpan.Zero);
        var values = new List<OrtValue>();
        try
        {
            if (!places.Select(place => place.Index).SequenceEqual(_wanted))
                throw ChannelException.Protocol("other outputs than were asked for");
            foreach (var place in places) values.Add(Value(place, answer));
            return new SecuredOutputs(values);
        }
        catch
        {
            foreach (var value in values) value.Dispose();
            throw;
        }
    }

    private OrtValue Value(TensorPlace place, SharedArena arena)
    {
        var output = _outputs[place.Index];
        if (output.LengthOf(place.Dims) != place.Length || place.Offset < 0
            || place.Length > arena.Length - place.Offset || place.Offset > arena.Length)
            throw ChannelException.Protocol("an output outside the memory");
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, output.Type, [.. place.Dims]);
        arena.Bytes(place.Offset, place.Length).CopyTo(Bytes(value, place.Length));
        return value;
    }

    /// <summary>A tensor's bytes, whatever it holds.</summary>
    private static Span<byte> Bytes(OrtValue value, long length)
    {
        var bytes = value.GetTensorMutableRawData();
        return bytes.Length == length ? bytes
            : throw SecuredException.Refused("A tensor does not lie in this process's memory.");
    }

    private static int IndexOf(IReadOnlyList<SecuredTensor> tensors, string name)
    {
        for (var i = 0; i < tensors.Count; i++)
            if (tensors[i].Name == name) return i;
        return -1;
    }

    private static string All(IReadOnlyList<SecuredTensor> tensors) =>
        string.Join(", ", tensors.Select(tensor => tensor.Name));
}

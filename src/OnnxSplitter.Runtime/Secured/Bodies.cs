using System.Text;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Runtime.Secured.Transport;

namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// Writes and reads what messages say: whole numbers little endian, names in UTF-8 with their length before them, lists
/// with their count.
/// </summary>
internal static class Bodies
{
    /// <summary>Bytes that a request, or an answer to a run, may have.</summary>
    public const int Longest = 1 << 16;

    /// <summary>Bytes that a welcome may have: models may have thousands of outputs.</summary>
    public const int LongestWelcome = 1 << 20;

    /// <summary>Inputs, or outputs, that a run may have.</summary>
    public const int MostTensors = 1024;

    private const int DigestLength = 32;
    private const int MostDims = 32;

    /// <summary>A length.</summary>
    public static byte[] Length(long length) => Written(writer => writer.Write(length));

    /// <summary>Reads <see cref="Length(long)"/>.</summary>
    /// <exception cref="ChannelException">It is none.</exception>
    public static long Length(byte[] body) => Read(body, reader => reader.ReadInt64());

    /// <summary>What is not done.</summary>
    public static byte[] Failed(FailureCode code, string what) => Written(writer =>
    {
        const int LongestText = 1000;
        writer.Write((ushort)code);
        writer.Write(what.Length > LongestText ? what[..LongestText] : what);
    });

    /// <summary>Reads <see cref="Failed(FailureCode, string)"/>.</summary>
    /// <exception cref="ChannelException">It is none.</exception>
    public static (FailureCode Code, string What) Failed(byte[] body) =>
        Read(body, reader => ((FailureCode)reader.ReadUInt16(), reader.ReadString()));

    /// <summary>What is served, and how long the memory is that comes along.</summary>
    public static byte[] Welcome(ModelDescription model, long length) => Written(writer =>
    {
        writer.Write(length);
        writer.Write((byte)model.Mode);
        writer.Write(model.Sha256);
        foreach (var tensors in new[] { model.Inputs, model.Outputs })
        {
            writer.Write((ushort)tensors.Count);
            foreach (var tensor in tensors)
            {
                writer.Write(tensor.Name);
                writer.Write((byte)tensor.Type);
                Write(writer, tensor.Dims);
            }
        }

        if (model.Mode != SecuredMode.Corrections) return;
        foreach (var layer in model.Layers)
        {
            writer.Write(layer.Data);
            Write(writer, layer.From);
            Write(writer, layer.To);
        }
    });

    /// <summary>Reads <see cref="Welcome(ModelDescription, long)"/>.</summary>
    /// <exception cref="ChannelException">It is none.</exception>
    public static (ModelDescription Model, long Length) Welcome(byte[] body) => Read(body, reader =>
    {
        var length = reader.ReadInt64();
        var mode = (SecuredMode)reader.ReadByte();
        if (!Enum.IsDefined(mode)) throw ChannelException.Protocol("a mode that is not known");
        var model = new ModelDescription(mode, reader.ReadBytes(DigestLength), Tensors(reader), Tensors(reader));
        return (mode == SecuredMode.Corrections ? model with { Layers = Layers(reader, model) } : model, length);
    });

    /// <summary>Which inputs lie where, and which outputs are wanted.</summary>
    public static byte[] Run(IReadOnlyList<TensorPlace> inputs, IReadOnlyList<int> outputs) => Written(writer =>
    {
        Write(writer, inputs);
        writer.Write((ushort)outputs.Count);
        foreach (var index in outputs) writer.Write((ushort)index);
    });

    /// <summary>Reads <see cref="Run(IReadOnlyList{TensorPlace}, IReadOnlyList{int})"/>.</summary>
    /// <exception cref="ChannelException">It is none.</exception>
    public static (IReadOnlyList<TensorPlace> Inputs, IReadOnlyList<int> Outputs) Run(byte[] body) =>
        Read(body, reader =>
        {
            var inputs = Places(reader);
            var outputs = new int[Count(reader)];
            for (var i = 0; i < outputs.Length; i++) outputs[i] = reader.ReadUInt16();
            return (inputs, (IReadOnlyList<int>)outputs);
        });

    /// <summary>Which outputs lie where, and how long the memory is that comes along; 0 if none does.</summary>
    public static byte[] Done(IReadOnlyList<TensorPlace> outputs, long length) => Written(writer =>
    {
        writer.Write(length);
        Write(writer, outputs);
    });

    /// <summary>Reads <see cref="Done(IReadOnlyList{TensorPlace}, long)"/>.</summary>
    /// <exception cref="ChannelException">It is none.</exception>
    public static (IReadOnlyList<TensorPlace> Outputs, long Length) Done(byte[] body) => Read(body, reader =>
    {
        var length = reader.ReadInt64();
        return ((IReadOnlyList<TensorPlace>)Places(reader), length);
    });

    private static byte[] Written(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true)) write(writer);
        return bytes.ToArray();
    }

    private static T Read<T>(byte[] body, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(body), new UTF8Encoding(false, true));
        try
        {
            var value = read(reader);
            return reader.BaseStream.Position == body.Length ? value
                : throw ChannelException.Protocol("a message with more than belongs there");
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw ChannelException.Protocol("a message that can't be read");
        }
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<long> dims)
    {
        writer.Write((byte)dims.Count);
        foreach (var dim in dims) writer.Write(dim);
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<TensorPlace> places)
    {
        writer.Write((ushort)places.Count);
        foreach (var (index, dims, offset, length) in places)
        {
            writer.Write((ushort)index);
            Write(writer, dims);
            writer.Write(offset);
            writer.Write(length);
        }
    }

    private static void Write(BinaryWriter writer, Channels channels)
    {
        writer.Write((sbyte)channels.Axis);
        writer.Write(channels.Places.Count);
        foreach (var place in channels.Places) writer.Write(place);
    }

    private static CorrectedLayer[] Layers(BinaryReader reader, ModelDescription model)
    {
        if (!model.Inputs.Select(input => input.Name).SequenceEqual(model.Outputs.Select(output => output.Name)))
            throw ChannelException.Protocol("corrections of other layers than inputs");
        var layers = new CorrectedLayer[model.Outputs.Count];
        for (var i = 0; i < layers.Length; i++)
            layers[i] = new CorrectedLayer(
                reader.ReadString(), Channels(reader), model.Outputs[i].Name, Channels(reader));
        return layers;
    }

    private static Channels Channels(BinaryReader reader)
    {
        var axis = reader.ReadSByte();
        var count = reader.ReadInt32();
        if (count < 0 || count > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(int))
            throw ChannelException.Protocol("a layer of too many channels");
        var places = new int[count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = reader.ReadInt32();
            if (places[i] <= (i == 0 ? -1 : places[i - 1]))
                throw ChannelException.Protocol("channels of a layer in no order");
        }

        return new Channels(axis, places);
    }

    private static int Count(BinaryReader reader) => reader.ReadUInt16() is <= MostTensors and var count ? count
        : throw ChannelException.Protocol("a message with too many tensors");

    private static long[] Dims(BinaryReader reader)
    {
        var count = reader.ReadByte();
        if (count > MostDims) throw ChannelException.Protocol("a tensor of too many dimensions");
        var dims = new long[count];
        for (var i = 0; i < dims.Length; i++) dims[i] = reader.ReadInt64();
        return dims;
    }

    private static TensorPlace[] Places(BinaryReader reader)
    {
        var places = new TensorPlace[Count(reader)];
        for (var i = 0; i < places.Length; i++)
            places[i] = new TensorPlace(reader.ReadUInt16(), Dims(reader), reader.ReadInt64(), reader.ReadInt64());
        return places;
    }

    private static SecuredTensor[] Tensors(BinaryReader reader)
    {
        var tensors = new SecuredTensor[Count(reader)];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new SecuredTensor(reader.ReadString(), (TensorElementType)reader.ReadByte(), Dims(reader));
        return tensors;
    }
}

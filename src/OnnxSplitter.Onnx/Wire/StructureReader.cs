using System.Buffers;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Wire;

/// <summary>
/// Walks a serialised model once: notes where every tensor's values lie and copies everything else, so that the
/// structure of a model can be parsed in memory that does not grow with its weights.
/// </summary>
/// <remarks>Field numbers are those of ONNX's schema, onnx.proto; it is read whether lists are packed or not.</remarks>
internal sealed class StructureReader(WireReader reader)
{
    /// <summary>Values up to this many bytes stay in the structure: shapes, axes, scalars.</summary>
    public const int KeptPayload = 1024;

    // Deeper nesting than any exporter writes; a stack can't be exhausted by it.
    private const int MaxDepth = 32;

    // Several times the structure of the largest language models, call stacks in their metadata included.
    private const int MaxStructure = 128 << 20;

    // AttributeProto.floats.
    private const int FloatsAttribute = 7;

    private readonly ArrayBufferWriter<byte> _discarded = new();
    private long _kept;

    public static (ModelProto Structure, ModelSites Sites) Read(Stream stream)
    {
        var end = stream.Length;
        var output = new ArrayBufferWriter<byte>();
        var sites = new StructureReader(new WireReader(stream)).Model(end, output);
        try
        {
            var structure = ModelProto.Parser.ParseFrom(output.WrittenSpan);
            return (structure, sites);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw WireReader.Malformed("its structure can't be parsed", e);
        }
    }

    private ModelSites Model(long end, ArrayBufferWriter<byte> output)
    {
        GraphSites? graph = null;
        var functions = new List<GraphSites>();
        Message(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 7:
                    if (graph is not null) throw WireReader.Malformed("it has two graphs");
                    graph = new GraphSites();
                    Graph(inner, sub, graph, MaxDepth);
                    return true;
                case 25:
                    var function = new GraphSites();
                    functions.Add(function);
                    Function(inner, sub, function);
                    return true;
                default:
                    return false;
            }
        });
        return new ModelSites(graph ?? throw WireReader.Malformed("it has no graph"), functions);
    }

    private void Function(long end, ArrayBufferWriter<byte> output, GraphSites sites) =>
        Message(end, output, (field, inner, sub) =>
        {
            if (field != 7) return false;
            Node(inner, sub, sites, MaxDepth);
            return true;
        });

    private void Graph(long end, ArrayBufferWriter<byte> output, GraphSites sites, int depth)
    {
        if (depth == 0) throw WireReader.Malformed("its graphs are nested too deeply");
        Message(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 1:
                    Node(inner, sub, sites, depth);
                    return true;
                case 5:
                    sites.Initializers.Add(Tensor(inner, sub));
                    return true;
                case 15:
                    Sparse(inner, sub);
                    return true;
                default:
                    return false;
            }
        });
    }

    private void Node(long end, ArrayBufferWriter<byte> output, GraphSites sites, int depth)
    {
        var node = new List<AttributeSites>();
        sites.Nodes.Add(node);
        Message(end, output, (field, inner, sub) =>
        {
            if (field != 5) return false;
            var attribute = new AttributeSites();
            node.Add(attribute);
            Attribute(inner, sub, attribute, depth);
            return true;
        });
    }

    private void Attribute(long end, ArrayBufferWriter<byte> output, AttributeSites sites, int depth)
    {
        Message(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 5:
                    if (sites.Tensor is not null) throw WireReader.Malformed("an attribute has two tensors");
                    sites.Tensor = Tensor(inner, sub);
                    return true;
                case 6:
                    if (sites.Graph is not null) throw WireReader.Malformed("an attribute has two graphs");
                    sites.Graph = new GraphSites();
                    Graph(inner, sub, sites.Graph, depth - 1);
                    return true;
                case FloatsAttribute:
                    sites.Floats.Add(TensorFields.FloatsAttribute, Packed(sites.Floats, TensorFields.FloatsAttribute, inner));
                    return false;
                case 22:
                    Sparse(inner, sub);
                    return true;
                default:
                    return false;
            }
        }, (field, type, start) =>
        {
            if (field == FloatsAttribute) NoteTagged(sites.Floats, TensorFields.FloatsAttribute, type, start);
        });
    }

    private void Sparse(long end, ArrayBufferWriter<byte> output) =>
        Message(end, output, (field, inner, sub) =>
        {
            if (field is not (1 or 2)) return false;
            Tensor(inner, sub);
            return true;
        });

    /// <summary>Copies a tensor, without its values if there are many.</summary>
    private PayloadSite Tensor(long end, ArrayBufferWriter<byte> output)
    {
        var site = new PayloadSite();
        var values = new ArrayBufferWriter<byte>();
        while (reader.Position < end)
        {
            var start = reader.Position;
            var (field, type) = reader.ReadTag(end);
            if (!TensorFields.HoldsValues(field))
            {
                if (type != WireFormat.WireType.LengthDelimited) Scalar(field, type, end, output);
                else Copy(field, reader.ReadEnd(end), output);
            }
            else if (type == WireFormat.WireType.LengthDelimited)
            {
                var inner = reader.ReadEnd(end);
                site.Add(field, Packed(site, field, inner));
                if (site.Length <= KeptPayload) Copy(field, inner, values);
                else reader.Seek(inner);
            }
            else
            {
                var number = Scalar(field, type, end, site.Length <= KeptPayload ? values : null);
                if (field == TensorFields.Int32Data && type == WireFormat.WireType.Varint)
                    site.AddNumber(number, reader.Position - start - reader.TagLength);
                NoteTagged(site, field, type, start);
            }
        }

        if (site.Length <= KeptPayload) output.Write(values.WrittenSpan);
        return site;
    }

    /// <summary>Numbers from here to <paramref name="inner"/>; the position stays.</summary>
    private StoragePart Packed(PayloadSite site, int field, long inner)
    {
        var start = reader.Position;
        if (field != TensorFields.Int32Data)
            return new StoragePart(StorageForm.Packed, start, inner - start, 0);
        var numbers = reader.ReadVarints(inner, site);
        reader.Seek(start);
        return new StoragePart(StorageForm.Varints, start, inner - start, numbers);
    }

    /// <summary>Notes a number that was just read, of a list without packing.</summary>
    private void NoteTagged(PayloadSite site, int field, WireFormat.WireType type, long start)
    {
        var form = (field, type) switch
        {
            (TensorFields.FloatData or TensorFields.FloatsAttribute, WireFormat.WireType.Fixed32) => StorageForm.Tagged,
            (TensorFields.DoubleData, WireFormat.WireType.Fixed64) => StorageForm.Tagged,
            (TensorFields.Int32Data, WireFormat.WireType.Varint) => StorageForm.TaggedVarints,
            _ => default(StorageForm?),
        };
        if (form is { } known && reader.TagLength == 1)
            site.Add(field, new StoragePart(known, start, reader.Position - start, 1));
        else site.Scatter();
    }

    private delegate bool Descend(int field, long end, ArrayBufferWriter<byte> sub);

    private delegate void Number(int field, WireFormat.WireType type, long start);

    /// <summary>
    /// Copies one message; <paramref name="descend"/> handles the fields that hold tensors, <paramref name="number"/> hears
    /// of the numbers among its fields.
    /// </summary>
    private void Message(long end, ArrayBufferWriter<byte> output, Descend descend, Number? number = null)
    {
        while (reader.Position < end)
        {
            var start = reader.Position;
            var (field, type) = reader.ReadTag(end);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                Scalar(field, type, end, output);
                number?.Invoke(field, type, start);
                continue;
            }

            var inner = reader.ReadEnd(end);
            var sub = new ArrayBufferWriter<byte>();
            if (!descend(field, inner, sub))
            {
                Copy(field, inner, output);
                continue;
            }

            WriteHeader(field, sub.WrittenCount, output);
            output.Write(sub.WrittenSpan);
        }
    }

    private void Copy(int field, long inner, ArrayBufferWriter<byte> output)
    {
        Count(inner - reader.Position);
        WriteHeader(field, inner - reader.Position, output);
        reader.Copy(inner, output);
    }

    /// <returns>The number, of a varint; 0 of others.</returns>
    private ulong Scalar(int field, WireFormat.WireType type, long end, ArrayBufferWriter<byte>? output)
    {
        const int mostBytes = 2 * Varints.MaxLength;
        if (output is null)
        {
            output = _discarded;
            output.ResetWrittenCount();
        }
        else
        {
            Count(mostBytes);
        }

        Varints.Write(WireFormat.MakeTag(field, type), output);
        switch (type)
        {
            case WireFormat.WireType.Varint:
                var number = reader.ReadVarint(end);
                Varints.Write(number, output);
                return number;
            case WireFormat.WireType.Fixed32 when end - reader.Position >= 4:
                reader.Copy(reader.Position + 4, output);
                return 0;
            case WireFormat.WireType.Fixed64 when end - reader.Position >= 8:
                reader.Copy(reader.Position + 8, output);
                return 0;
            default:
                throw WireReader.Malformed("a field has an unknown encoding or is cut off");
        }
    }

    private void Count(long bytes)
    {
        if ((_kept += bytes) > MaxStructure)
            throw WireReader.Malformed($"what it holds beside weights is larger than {MaxStructure >> 20} MB");
    }

    private static void WriteHeader(int field, long length, ArrayBufferWriter<byte> output)
    {
        Varints.Write(WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited), output);
        Varints.Write((ulong)length, output);
    }
}

using System.Buffers;
using Google.Protobuf;
using Onnx;

namespace OnnxSplitter.Onnx.Wire;

/// <summary>
/// Walks a serialised model once: notes where every tensor's values lie and copies everything else, so that the
/// structure of a model can be parsed in memory that does not grow with its weights.
/// </summary>
/// <remarks>Field numbers are those of the schema beside this folder.</remarks>
internal sealed class StructureReader(WireReader reader)
{
    /// <summary>Values up to this many bytes stay in the structure: shapes, axes, scalars.</summary>
    public const int KeptPayload = 1024;

    // Deeper nesting than any exporter writes; a stack can't be exhausted by it.
    private const int MaxDepth = 32;

    public static (ModelProto Structure, GraphSites Sites) Read(Stream stream)
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

    private GraphSites Model(long end, ArrayBufferWriter<byte> output)
    {
        GraphSites? graph = null;
        Message(end, output, (field, inner, sub) =>
        {
            if (field != 7) return false;
            if (graph is not null) throw WireReader.Malformed("it has two graphs");
            graph = new GraphSites();
            Graph(inner, sub, graph, MaxDepth);
            return true;
        });
        return graph ?? throw WireReader.Malformed("it has no graph");
    }

    private void Graph(long end, ArrayBufferWriter<byte> output, GraphSites sites, int depth)
    {
        if (depth == 0) throw WireReader.Malformed("its graphs are nested too deeply");
        Message(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 1:
                    var node = new List<AttributeSites>();
                    sites.Nodes.Add(node);
                    Node(inner, sub, node, depth);
                    return true;
                case 5:
                    sites.Initializers.Add(Tensor(inner, sub));
                    return true;
                default:
                    return false;
            }
        });
    }

    private void Node(long end, ArrayBufferWriter<byte> output, List<AttributeSites> sites, int depth) =>
        Message(end, output, (field, inner, sub) =>
        {
            if (field != 5) return false;
            var attribute = new AttributeSites();
            sites.Add(attribute);
            Attribute(inner, sub, attribute, depth);
            return true;
        });

    private void Attribute(long end, ArrayBufferWriter<byte> output, AttributeSites sites, int depth)
    {
        var tensors = 0;
        Message(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 5:
                    if (++tensors > 1) throw WireReader.Malformed("an attribute has two tensors");
                    sites.Tensor = Tensor(inner, sub);
                    return true;
                case 6:
                    if (sites.Graph is not null) throw WireReader.Malformed("an attribute has two graphs");
                    sites.Graph = new GraphSites();
                    Graph(inner, sub, sites.Graph, depth - 1);
                    return true;
                default:
                    return false;
            }
        });
    }

    /// <summary>Copies a tensor without its values (raw_data, or float_data as the specification packs it).</summary>
    private PayloadSite Tensor(long end, ArrayBufferWriter<byte> output)
    {
        var site = default(PayloadSite);
        var pieces = 0;
        while (reader.Position < end)
        {
            var (field, type) = reader.ReadTag(end);
            var values = field is 4 or 9;
            if (values) pieces++;
            if (type != WireFormat.WireType.LengthDelimited)
            {
                if (values) site = site with { Scattered = true };
                Scalar(field, type, end, output);
                continue;
            }

            var inner = reader.ReadEnd(end);
            if (values)
            {
                site = new PayloadSite(reader.Position, inner - reader.Position, site.Scattered || pieces > 1);
                if (site.Length > KeptPayload)
                {
                    reader.Skip(inner);
                    continue;
                }
            }

            WriteHeader(field, inner - reader.Position, output);
            reader.Copy(inner, output);
        }

        return site;
    }

    private delegate bool Descend(int field, long end, ArrayBufferWriter<byte> sub);

    /// <summary>Copies one message; <paramref name="descend"/> handles the fields that hold tensors.</summary>
    private void Message(long end, ArrayBufferWriter<byte> output, Descend descend)
    {
        while (reader.Position < end)
        {
            var (field, type) = reader.ReadTag(end);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                Scalar(field, type, end, output);
                continue;
            }

            var inner = reader.ReadEnd(end);
            var sub = new ArrayBufferWriter<byte>();
            if (!descend(field, inner, sub)) reader.Copy(inner, sub);
            WriteHeader(field, sub.WrittenCount, output);
            output.Write(sub.WrittenSpan);
        }
    }

    private void Scalar(int field, WireFormat.WireType type, long end, ArrayBufferWriter<byte> output)
    {
        WriteVarint(WireFormat.MakeTag(field, type), output);
        switch (type)
        {
            case WireFormat.WireType.Varint:
                WriteVarint(reader.ReadVarint(end), output);
                break;
            case WireFormat.WireType.Fixed32 when end - reader.Position >= 4:
                reader.Copy(reader.Position + 4, output);
                break;
            case WireFormat.WireType.Fixed64 when end - reader.Position >= 8:
                reader.Copy(reader.Position + 8, output);
                break;
            default:
                throw WireReader.Malformed("a field has an unknown encoding or is cut off");
        }
    }

    private static void WriteHeader(int field, long length, ArrayBufferWriter<byte> output)
    {
        WriteVarint(WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited), output);
        WriteVarint((ulong)length, output);
    }

    private static void WriteVarint(ulong value, ArrayBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        output.Write(bytes[..count]);
    }
}

using System.Buffers;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Structure;

/// <summary>
/// Walks a serialised model once: notes where every tensor's values lie and copies everything else, so that the
/// structure of a model can be parsed in memory that does not grow with its weights.
/// </summary>
/// <remarks>Field numbers are those of <c>onnx.proto</c>.</remarks>
internal sealed class StructureReader
{
    // Deeper nesting than any exporter writes; a stack can't be exhausted by it.
    private const int MaxDepth = 32;

    // AttributeProto.floats.
    private const int FloatsAttribute = 7;

    private readonly MessageCopy _copy;
    private readonly TensorReader _tensors;

    private StructureReader(WireReader reader)
    {
        _copy = new MessageCopy(reader);
        _tensors = new TensorReader(reader, _copy);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The <c>.onnx</c> file, from its start on.</param>
    /// <returns>The model without the values of large tensors, and where all of them lie.</returns>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
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
        _copy.Run(end, output, (field, inner, sub) =>
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
        _copy.Run(end, output, (field, inner, sub) =>
        {
            if (field != 7) return false;
            Node(inner, sub, sites, MaxDepth);
            return true;
        });

    private void Graph(long end, ArrayBufferWriter<byte> output, GraphSites sites, int depth)
    {
        if (depth == 0) throw WireReader.Malformed("its graphs are nested too deeply");
        _copy.Run(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 1:
                    Node(inner, sub, sites, depth);
                    return true;
                case 5:
                    sites.Initializers.Add(_tensors.Read(inner, sub));
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
        _copy.Run(end, output, (field, inner, sub) =>
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
        _copy.Run(end, output, (field, inner, sub) =>
        {
            switch (field)
            {
                case 5:
                    if (sites.Tensor is not null) throw WireReader.Malformed("an attribute has two tensors");
                    sites.Tensor = _tensors.Read(inner, sub);
                    return true;
                case 6:
                    if (sites.Graph is not null) throw WireReader.Malformed("an attribute has two graphs");
                    sites.Graph = new GraphSites();
                    Graph(inner, sub, sites.Graph, depth - 1);
                    return true;
                case FloatsAttribute:
                    sites.Floats.Add(
                        TensorFields.FloatsAttribute,
                        _tensors.Packed(sites.Floats, TensorFields.FloatsAttribute, inner));
                    return false;
                case 22:
                    Sparse(inner, sub);
                    return true;
                default:
                    return false;
            }
        }, (field, type, start) =>
        {
            if (field == FloatsAttribute) _tensors.NoteTagged(sites.Floats, TensorFields.FloatsAttribute, type, start);
        });
    }

    private void Sparse(long end, ArrayBufferWriter<byte> output) =>
        _copy.Run(end, output, (field, inner, sub) =>
        {
            if (field is not (1 or 2)) return false;
            _tensors.Read(inner, sub);
            return true;
        });
}

using System.Text;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Samples;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Vectors.Models;

/// <summary>Files that are no protobuf, or no message of a model.</summary>
internal static class WireCases
{
    private const int Graph = 7;
    private const int Node = 1;
    private const int Attribute = 5;
    private const int AttributeGraph = 6;
    private const int Initializer = 5;
    private const int Int32Data = 5;

    public static IEnumerable<HostileModel> All()
    {
        var usual = UnpackedForm.Of(HostileModel.Model(HostileModel.Weights()));
        return
        [
            new("nothing", []),
            new("text", Encoding.ASCII.GetBytes("<!DOCTYPE html>\n<title>Not found</title>\n")),
            new("zeros", new byte[4096]),
            new("cut-off", usual[..^10]),
            new("trailing-byte", [.. usual, 0]),
            new("two-graphs", [.. usual, .. usual]),
            new("no-graph", new ModelProto { IrVersion = 8 }.ToByteArray()),
            new("number-that-is-cut-off", [.. usual, 0x08, 0x80]),
            new("number-of-eleven-bytes", [.. usual, 0x08, .. Enumerable.Repeat((byte)0x80, 10), 0x01]),
            new("number-beyond-64-bits", [.. usual, 0x08, .. Enumerable.Repeat((byte)0xFF, 9), 0x02]),
            new("packed-number-beyond-64-bits", PackedNumber()),
            new("tag-beyond-32-bits", [.. usual, .. Enumerable.Repeat((byte)0xFF, 9), 0x01]),
            new("field-number-0", [.. usual, 0x00, 0x00]),
            new("group", [.. usual, 0x0B, 0x0C]),
            new("unknown-encoding", [.. usual, 0x0E, 0x00]),
            new("graph-longer-than-the-file", [0x3A, 0xFF, 0xFF, 0x03, 0x0A, 0x00]),
            new("graph-of-gigabytes", [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x0A, 0x00]),
            new("length-beyond-64-bits", [0x3A, .. Enumerable.Repeat((byte)0xFF, 9), 0x7F, 0x00]),
            new("negative-length-of-a-graph", [0x3A, .. Enumerable.Repeat((byte)0xFF, 9), 0x01, 0x00]),
            new("tensor-longer-than-its-graph", WireField.Of(Graph, [0x2A, 0x7F, 0x08, 0x10])),
            new("two-tensors-in-an-attribute", TwoTensors()),
            new("graphs-nested-too-deeply", Nested(40)),
            new("graphs-nested-ten-thousand-times", Nested(10_000)),
        ];
    }

    /// <summary>A float16 weight in <c>int32_data</c>, a bit of which lies beyond the tenth byte.</summary>
    private static byte[] PackedNumber()
    {
        var tensor = HostileModel.Weights();
        (tensor.DataType, tensor.RawData) = ((int)TensorProto.Types.DataType.Float16, ByteString.Empty);
        var numbers = WireField.Of(Int32Data, [.. new byte[15], .. Enumerable.Repeat((byte)0x80, 9), 0x02]);
        var graph = UnpackedForm.Of(HostileModel.Model().Graph);
        return WireField.Of(
            Graph, [.. graph, .. WireField.Of(Initializer, [.. UnpackedForm.Of(tensor), .. numbers])]);
    }

    private static byte[] TwoTensors()
    {
        var tensor = WireField.Of(5, UnpackedForm.Of(HostileModel.Weights()));
        return WireField.Of(Graph, WireField.Of(Node, WireField.Of(Attribute, [.. tensor, .. tensor])));
    }

    /// <summary>Graphs in attributes of graphs, from the inside out.</summary>
    private static byte[] Nested(int depth)
    {
        var graph = UnpackedForm.Of(HostileModel.Model(HostileModel.Weights()).Graph);
        var name = new AttributeProto { Name = "then_branch", Type = Kind.Graph }.ToByteArray();
        for (var i = 0; i < depth; i++)
            graph = WireField.Of(Node, WireField.Of(Attribute, [.. name, .. WireField.Of(AttributeGraph, graph)]));
        return WireField.Of(Graph, graph);
    }
}

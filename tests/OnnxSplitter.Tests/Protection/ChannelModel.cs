using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Tests.Gradients;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// A classifier of [N, 4, 6, 6] inputs in which every way occurs that an op may have channels of a tensor.
/// </summary>
internal static class ChannelModel
{
    public const int Classes = 4;

    public static ModelProto Make()
    {
        var random = new Random(3);
        var graph = new GraphProto { Name = "channels", Input = { Values.FloatInput("x", -1, 4, 6, 6) } };
        graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
        Node("Conv", ["x", Weight("grouped", 6, 2, 3, 3), Weight("bias", 6)], "a",
            ("group", 2L), ("pads", (long[])[1, 1, 1, 1]));
        Node("Tanh", ["a"], "b");
        Node("Conv", ["b", Weight("depthwise", 6, 1, 3, 3)], "c",
            ("group", 6L), ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 2]));
        Node("Conv", ["c", Weight("pointwise", 5, 6, 1, 1)], "d");
        Node("Conv", ["d", Weight("strided", 5, 5, 3, 3)], "e", ("pads", (long[])[0, 2, 1, 0]),
            ("strides", (long[])[1, 2]));
        Node("GlobalAveragePool", ["e"], "f");
        Node("Flatten", ["f"], "g");
        Node("Gemm", ["g", Weight("columns", 5, 7), Weight("bias7", 7)], "h", ("alpha", 0.5f), ("beta", 2f));
        Node("Gemm", ["h", Weight("rows", 6, 7)], "i", ("transB", 1L));
        Node("MatMul", ["i", Weight("matrix", 6, 6)], "j");
        Node("Identity", [Weight("passed", 6, 6)], "same");
        Node("Transpose", ["same"], "turned");
        Node("MatMul", ["j", "turned"], "k");
        Node("Add", ["i", "k"], "l");
        Node("MatMul", ["l", "turned"], "m");
        Node("MatMul", ["m", Weight("last", 6, Classes)], "scores");
        graph.Output.Add(Values.FloatInput("scores", -1, Classes));
        graph.Output[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
        return Values.Model(graph, 13);

        string Weight(string name, params long[] dims)
        {
            var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
            for (var i = 0; i < values.Length; i++) values[i] = 1.5f * (random.NextSingle() - 0.5f);
            graph.Initializer.Add(new TensorProto
            {
                Name = name,
                DataType = (int)TensorProto.Types.DataType.Float,
                Dims = { dims },
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
            });
            return name;
        }

        void Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
        {
            var node = new NodeProto { OpType = op, Name = output, Input = { inputs }, Output = { output } };
            foreach (var (name, value) in attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
            graph.Node.Add(node);
        }
    }
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Tests.Protection;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Classical;

/// <summary>
/// Models of nodes of ai.onnx.ml, as exporters write them: features "x", scores "y", classes "label".
/// </summary>
internal static class ClassicalModel
{
    /// <summary>A model of nodes of ai.onnx.ml and others.</summary>
    public static ModelProto Of(
        long version, int features, IEnumerable<NodeProto> nodes, Type type = Type.Float) => new()
        {
            IrVersion = 8,
            OpsetImport =
        {
            new OperatorSetIdProto { Version = 17 },
            new OperatorSetIdProto { Domain = Operator.Classical, Version = version },
        },
            Graph = new GraphProto
            {
                Name = "classical",
                Input = { SmallModel.Value("x", type, "n", features) },
                Output = { SmallModel.Value("y", Type.Float, "n", "classes") },
                Node = { nodes },
            },
        };

    /// <summary>A node that reads "x"; of two outputs, if it names classes.</summary>
    public static NodeProto Node(string op, string input = "x", string output = "y", bool classes = false,
        string name = "", params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { Domain = Operator.Classical, OpType = op, Name = name, Input = { input } };
        if (classes) node.Output.Add("label");
        node.Output.Add(output);
        foreach (var (attribute, value) in attributes) node.Attribute.Add(NodeAttributes.Make(attribute, value));
        return node;
    }
}

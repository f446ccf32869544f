using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Tests.Gradients;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// A classifier, [n, 16] -> MatMul, Relu, MatMul -> [n, 4], whose weights have one of the types of weights.
/// </summary>
internal sealed class TypedClassifier
{
    private const int Inputs = 16;
    private const int Hidden = 24;
    private const int Classes = 4;

    // Of quantised values. Unsigned weights have a zero point in the middle.
    private const float ActivationScale = 0.05f;

    private readonly ElementType _type;
    private readonly GraphProto _graph = new() { Name = "typed" };
    private readonly SeededNormal _random = new(1);

    private TypedClassifier(ElementType type) => _type = type;

    /// <summary>Writes one that computes in its weights' type.</summary>
    public static string WriteWhole(string path, ElementType type) =>
        new TypedClassifier(type).Write(path, type, weight => weight);

    /// <summary>Writes one that computes in float32, to which the weights are cast.</summary>
    public static string WriteCast(string path, ElementType type)
    {
        var model = new TypedClassifier(type);
        return model.Write(path, ElementType.Float32, weight => model.Node(
            "Cast", [weight], $"{weight} cast", ("to", (long)ElementType.Float32.DataType)));
    }

    /// <summary>Writes one whose weights and hidden values are quantised, with a scale per column.</summary>
    public static string WriteQuantised(string path, ElementType type)
    {
        var model = new TypedClassifier(type);
        return model.Write(path, ElementType.Float32, weight =>
        {
            var columns = model._graph.Initializer[^1].Dims[1];
            var scale =
                model.Tensor($"{weight} scale", ElementType.Float32, [columns], i => ScaleOf(type) * (1 + i % 3 / 4f));
            var zero = model.Tensor($"{weight} zero point", type, [columns], _ => ZeroOf(type));
            return model.Node("DequantizeLinear", [weight, scale, zero], $"{weight} number", ("axis", 1L));
        });
    }

    private string Write(string path, ElementType inner, Func<string, string> use)
    {
        _graph.Input.Add(Values.FloatInput("input", -1, Inputs));
        _graph.Output.Add(Values.FloatInput("scores", -1, Classes));
        foreach (var value in _graph.Input.Concat(_graph.Output))
        {
            value.Type.TensorType.ElemType = (int)inner.DataType;
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "n" };
        }

        var hidden = Node("Relu", [Node("MatMul", ["input", use(Weights("first", Inputs, Hidden))], "sums")], "hidden");
        if (_type.IsInteger)
        {
            var scale = Tensor("scale", ElementType.Float32, [], _ => ActivationScale);
            var zero = Tensor("zero point", ElementType.UInt8, [], _ => 0);
            hidden = Node(
                "DequantizeLinear", [Node("QuantizeLinear", [hidden, scale, zero], "codes"), scale, zero], "rounded");
        }

        Node("MatMul", [hidden, use(Weights("second", Hidden, Classes))], "scores");
        File.WriteAllBytes(path, Values.Model(_graph, 21).ToByteArray());
        return path;
    }

    private string Weights(string name, long rows, long columns) => Tensor(name, _type, [rows, columns],
        _ => _type.IsInteger ? _random.Next() / ScaleOf(_type) + ZeroOf(_type) : _random.Next());

    private string Tensor(string name, ElementType type, long[] dims, Func<int, double> value)
    {
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        var packed = new byte[type.PackedLength(count)];
        for (var i = 0; i < count; i++) type.Write(packed, i, type.Encode(value(i)));
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)type.DataType,
            Dims = { dims },
            RawData = ByteString.CopyFrom(packed),
        });
        return name;
    }

    private string Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"to {output}", Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
        _graph.Node.Add(node);
        return output;
    }

    private static float ScaleOf(ElementType type) => type.BitWidth switch { 4 => 0.4f, 8 => 0.03f, _ => 1e-4f };

    private static double ZeroOf(ElementType type) => type.Decode(type.Encode(-1)) == -1 ? 0 : 1 << type.BitWidth - 1;
}

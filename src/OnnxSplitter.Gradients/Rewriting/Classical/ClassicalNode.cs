using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>
/// A node of a classical model on its way to standard ops: its attributes, and where it is written to.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="graph">What it is written to.</param>
/// <param name="builder">Writes there.</param>
internal sealed class ClassicalNode(NodeProto node, GraphProto graph, GraphBuilder builder)
{
    public NodeProto Node => node;

    /// <summary>Writes standard ops.</summary>
    public GraphBuilder Graph => builder;

    /// <summary>The first input, as float32.</summary>
    public string Features() => builder.AsFloats(node.Input[0]);

    /// <summary>A list of integers; empty if there is none.</summary>
    public long[] Ints(string attribute) => node.Ints(attribute) ?? [];

    /// <summary>A list of texts; empty if there is none.</summary>
    public string[] Texts(string attribute) =>
        [.. node.Find(attribute)?.Strings.Select(text => text.ToStringUtf8()) ?? []];

    /// <summary>A list of floats, where it is needed as numbers; empty if there is none.</summary>
    public float[] Floats(string attribute) => [.. node.Find(attribute)?.Floats ?? []];

    /// <summary>How many classes the op names.</summary>
    public int Labels(string integers, string texts) =>
        node.Find(texts)?.Strings.Count is > 0 and var count ? count : Ints(integers).Length;

    /// <summary>How many numbers an attribute holds, as a list or as a tensor.</summary>
    public int Count(string attribute) => node.Find(attribute) switch
    {
        { T: { } tensor } => (int)Math.Clamp(
            tensor.Dims.Aggregate(1.0, (product, dim) => product * dim), 0, int.MaxValue),
        { } list => list.Floats.Count,
        _ => 0,
    };

    /// <summary>The one of two attributes that is there, the list or the tensor; null if neither is.</summary>
    public string? Either(string list, string tensor) =>
        Count(list) > 0 ? list : Count(tensor) > 0 ? tensor : null;

    /// <summary>An attribute as a value of one axis that bears its tensor path, so that it can be changed.</summary>
    public string Weights(string attribute)
    {
        var held = node.Find(attribute) ?? throw Unsupported($"it has no {attribute}");
        var name = node.Name.Length > 0 ? $"{node.Name}/{attribute}" : builder.NewName(attribute);
        if (graph.Initializer.Any(tensor => tensor.Name == name)) return name;
        var values = held.T?.Clone() ?? new TensorProto
        {
            DataType = (int)TensorProto.Types.DataType.Float,
            FloatData = { held.Floats },
        };
        values.Name = name;
        values.Dims.Clear();
        values.Dims.Add(Count(attribute));
        graph.Initializer.Add(values);
        return name;
    }

    /// <summary>Appends a node of the same domain with some of this one's attributes, and further ones.</summary>
    public string Like(string type, Func<AttributeProto, bool> kept, params (string Name, object Value)[] own)
    {
        var output = builder.Node(node.Domain, type, [node.Input[0]], 1, own)[0];
        graph.Node[^1].Attribute.AddRange(node.Attribute.Where(kept).Select(attribute => attribute.Clone()));
        return output;
    }

    /// <summary>A tensor that counts from 0 on.</summary>
    /// <param name="count">How many numbers it has.</param>
    /// <param name="dataType">Their type: float64, or any other for float32.</param>
    public static TensorProto Numbers(int count, int dataType)
    {
        var tensor = new TensorProto { DataType = dataType, Dims = { count } };
        if (dataType == (int)TensorProto.Types.DataType.Double)
            tensor.DoubleData.AddRange(Enumerable.Range(0, count).Select(value => (double)value));
        else tensor.FloatData.AddRange(Enumerable.Range(0, count).Select(value => (float)value));
        return tensor;
    }

    /// <summary>Says why this use of the op is not written out.</summary>
    public GradientException Unsupported(string what) => new(
        $"Node '{node.Name}' (op {node.OpType}, domain '{node.Domain}') is not written out: {what}.",
        "Protect the model's other weights, or use Strategy random.");
}

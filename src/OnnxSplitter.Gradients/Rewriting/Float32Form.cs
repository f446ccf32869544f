using System.Runtime.InteropServices;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// The form of a model whose floats are float32, whatever type they have in the file: gradients are written in float32,
/// and ONNX Runtime's CPU kernels mostly are too. It computes what the model does but for rounding.
/// </summary>
/// <remarks>
/// Inputs of the model keep their type: what reads one reads a Cast of it. Types of 8 bits stay as they are.
/// </remarks>
public static class Float32Form
{
    // Attributes that hold a type of elements (ONNX operators up to opset 25).
    private static readonly HashSet<string> TypeAttributes = new(
        ["to", "dtype", "output_dtype", "output_datatype", "precision", "softmax_precision", "stash_type"],
        StringComparer.Ordinal);

    /// <summary>Brings a model into this form.</summary>
    /// <param name="model">Without model-local functions. Changed in place: a tensor stays the same object.</param>
    public static void Apply(ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = model.Graph;
        var initializers = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        ValueInfoProto[] inputs =
            [.. graph.Input.Where(input =>
                !initializers.Contains(input.Name) && IsOther(input.Type?.TensorType?.ElemType))];
        var kept = inputs.Select(input => input.Type.Clone()).ToArray();
        Convert(graph);
        if (inputs.Length == 0) return;

        var taken = graph.Node.SelectMany(node => node.Output).Concat(initializers).ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var casts = new List<NodeProto>();
        foreach (var (input, type) in inputs.Zip(kept))
        {
            input.Type = type;
            var name = $"{input.Name} as float32";
            while (!taken.Add(name)) name += "'";
            names[input.Name] = name;
            casts.Add(new NodeProto
            {
                OpType = "Cast",
                Name = name,
                Input = { input.Name },
                Output = { name },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "to",
                        Type = AttributeProto.Types.AttributeType.Int,
                        I = (long)DataType.Float,
                    },
                },
            });
        }

        var renaming = new Renaming(names, "");
        NodeProto[] nodes = [.. casts, .. graph.Node.Select(renaming.Node)];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private static void Convert(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) Convert(tensor);
        foreach (var tensor in graph.SparseInitializer) Convert(tensor.Values);
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo)) Convert(value.Type);
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute))
        {
            if (TypeAttributes.Contains(attribute.Name) && IsOther(attribute.I)) attribute.I = (long)DataType.Float;
            if (attribute.T is not null) Convert(attribute.T);
            if (attribute.SparseTensor is not null) Convert(attribute.SparseTensor.Values);
            if (attribute.G is not null) Convert(attribute.G);
        }
    }

    private static void Convert(TypeProto? type)
    {
        if (type?.TensorType is { } tensor && IsOther(tensor.ElemType)) tensor.ElemType = (int)DataType.Float;
        if (type?.SequenceType is { } sequence) Convert(sequence.ElemType);
        if (type?.OptionalType is { } optional) Convert(optional.ElemType);
    }

    private static void Convert(TensorProto tensor)
    {
        if (!IsOther(tensor.DataType)) return;
        var type = ElementType.Of(tensor.DataType)!;
        var packed = TensorPacking.Pack(tensor);
        var values = new float[packed.Length * 8 / type.BitWidth];
        for (var i = 0; i < values.Length; i++) values[i] = ToFloat32(type.Decode(type.Read(packed, i)));
        tensor.DataType = (int)DataType.Float;
        TensorPacking.Replace(tensor, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>
    /// The nearest float32; bounds of wider types do not become infinite, of which masks would make NaN.
    /// </summary>
    private static float ToFloat32(double value) =>
        double.IsFinite(value) ? (float)Math.Clamp(value, float.MinValue, float.MaxValue) : (float)value;

    private static bool IsOther(long? type) =>
        type is (long)DataType.Float16 or (long)DataType.Bfloat16 or (long)DataType.Double;
}

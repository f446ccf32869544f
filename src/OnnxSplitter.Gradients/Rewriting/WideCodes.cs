using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// The form of a model whose quantised weights of 4 bits are codes of 8 bits with the same numbers, which ONNX
/// Runtime's C# binding can take as inputs.
/// </summary>
/// <remarks>
/// Only what DequantizeLinear alone reads, with its zero points: in QuantizeLinear a zero point's type is also where
/// values are cut off.
/// </remarks>
public static class WideCodes
{
    /// <summary>The type of 8 bits in which codes of a type of 4 bits stand; null for other types.</summary>
    public static ElementType? Of(ElementType type) =>
        type == ElementType.Int4 ? ElementType.Int8 : type == ElementType.UInt4 ? ElementType.UInt8 : null;

    /// <summary>Brings a model into this form.</summary>
    /// <param name="graph">Its main graph. Changed in place: a tensor stays the same object.</param>
    public static void Apply(GraphProto graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensors = graph.Initializer
            .GroupBy(tensor => tensor.Name, StringComparer.Ordinal)
            .Where(named => named.Count() == 1).Select(named => named.First())
            .Where(tensor => ElementType.Of(tensor.DataType) is { } type && Of(type) is not null)
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

        // A tensor stays narrow where another reader, or another part of the same op, has to.
        while (graph.Node.SelectMany(node => Narrow(node, tensors)).ToArray() is { Length: > 0 } names)
            foreach (var name in names) tensors.Remove(name);
        foreach (var tensor in tensors.Values) Widen(tensor);
    }

    /// <summary>Those of a node's tensors that have to stay as they are.</summary>
    private static IEnumerable<string> Narrow(NodeProto node, Dictionary<string, TensorProto> tensors)
    {
        var own = NodeInputs.Of(node).Where(tensors.ContainsKey);
        if (OperatorTable.Find(node)?.Passes != PassThrough.Dequantized) return own;
        string[] codes = [node.Input[0], .. node.Input.Skip(2).Where(input => input.Length > 0)];
        return codes.All(tensors.ContainsKey) ? [] : own;
    }

    private static void Widen(TensorProto tensor)
    {
        var (narrow, packed) = (ElementType.Of(tensor.DataType)!, TensorPacking.Pack(tensor));
        var wide = Of(narrow)!;
        var codes = new byte[tensor.Dims.Aggregate(1L, (product, dim) => product * dim)];
        for (var i = 0; i < codes.Length; i++) wide.Write(codes, i, wide.Encode(narrow.Decode(narrow.Read(packed, i))));
        tensor.DataType = (int)wide.DataType;
        TensorPacking.Replace(tensor, codes);
    }
}

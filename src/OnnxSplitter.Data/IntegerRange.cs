using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>Values that an integer input may take, from what the graph does with it.</summary>
/// <param name="Low">Smallest.</param>
/// <param name="High">Largest, exclusive.</param>
internal readonly record struct IntegerRange(long Low, long High)
{
    /// <summary>
    /// The size of the smallest table that the input picks rows of (Gather and its kin), so that token ids are words of
    /// the vocabulary; else the number that it is compared with (Equal), so that a switch takes the first branch; else
    /// all values of a byte, as of an image; else 1, as of a mask without gaps.
    /// </summary>
    public static IntegerRange Of(GraphProto graph, string input, TensorElementType type)
    {
        var sizes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        long? table = null, compared = null;
        Walk(graph, new HashSet<string>(StringComparer.Ordinal) { input });
        return table is { } rows ? new(0, rows)
            : compared is { } value ? new(value, value + 1)
            : type == TensorElementType.UInt8 ? new(0, 1 << 8)
            : type == TensorElementType.Int8 ? new(sbyte.MinValue, sbyte.MaxValue + 1)
            : new(1, 2);

        void Walk(GraphProto part, HashSet<string> names)
        {
            var constants = part.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
            foreach (var node in part.Node)
                if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.T is not null) is { } value)
                    constants[node.Output[0]] = value.T;
            foreach (var (name, tensor) in constants) sizes[name] = tensor.Dims;
            foreach (var node in part.Node)
            {
                var op = OperatorTable.Find(node);
                if (node.Input.Count > 0 && names.Contains(node.Input[0]) && KeepsValues(op))
                    names.Add(node.Output[0]);
                if (op?.Positions is { } positions && names.Contains(node.Input[positions])
                    && sizes.TryGetValue(node.Input[0], out var dims) && dims.Count > 0)
                {
                    var axis = node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I ?? 0;
                    table = Math.Min(table ?? long.MaxValue, dims[(int)(axis < 0 ? axis + dims.Count : axis)]);
                }

                if (op is { TestsEquality: true } && node.Input.FirstOrDefault(constants.ContainsKey) is { } constant
                    && node.Input.Any(names.Contains))
                    compared ??= FirstInteger(constants[constant]);
                foreach (var attribute in node.Attribute)
                    if (attribute.G is not null) Walk(attribute.G, names);
            }
        }
    }

    private static bool KeepsValues(Operator? op) =>
        op is { Passes: not (PassThrough.None or PassThrough.Quantized or PassThrough.Dequantized) };

    private static long? FirstInteger(TensorProto tensor) => (TensorElementType)tensor.DataType switch
    {
        TensorElementType.Int64 when tensor.Int64Data.Count > 0 => tensor.Int64Data[0],
        TensorElementType.Int32 when tensor.Int32Data.Count > 0 => tensor.Int32Data[0],
        TensorElementType.Int64 when tensor.RawData.Length >= sizeof(long) =>
            MemoryMarshal.Read<long>(tensor.RawData.Span),
        TensorElementType.Int32 when tensor.RawData.Length >= sizeof(int) =>
            MemoryMarshal.Read<int>(tensor.RawData.Span),
        _ => null,
    };
}

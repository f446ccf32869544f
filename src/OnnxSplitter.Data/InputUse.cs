using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>What the graph does with an input first, which tells what its values are like.</summary>
/// <param name="Compared">A number that it is compared with, so that a switch can be set; null for none.</param>
/// <param name="IsMask">
/// Whether it is taken off 1, or multiplies what the graph computes, as masks are and do.
/// </param>
/// <param name="IsByte">Whether it is brought to size by numbers as large as a byte, as brightness is.</param>
internal sealed record InputUse(long? Compared, bool IsMask, bool IsByte)
{
    private const double FewestBytes = 50;
    private const double MostBytes = 300;

    /// <summary>Looks at an input.</summary>
    public static InputUse Of(GraphProto graph, string input)
    {
        long? compared = null;
        var (mask, bytes) = (false, false);
        var constants = new Dictionary<string, double[]>(StringComparer.Ordinal);
        Walk(graph, new HashSet<string>(StringComparer.Ordinal) { input });

        // Names are free; but what is called a mask is hardly anything else.
        return new(compared, mask || input.Contains("mask", StringComparison.OrdinalIgnoreCase), bytes);

        void Walk(GraphProto part, HashSet<string> names)
        {
            foreach (var tensor in part.Initializer) constants[tensor.Name] = Numbers(tensor);
            foreach (var node in part.Node)
                if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.T is not null) is { } value)
                    constants[node.Output[0]] = Numbers(value.T);
            foreach (var node in part.Node)
            {
                var op = OperatorTable.Find(node);
                if (node.Input.Any(names.Contains)) Look(node, op, names);
                if (node.Input.Count > 0 && names.Contains(node.Input[0])
                    && op is { Passes: not (PassThrough.None or PassThrough.Quantized) })
                    names.Add(node.Output[0]);
                foreach (var attribute in node.Attribute)
                    if (attribute.G is not null) Walk(attribute.G, names);
            }
        }

        void Look(NodeProto node, Operator? op, HashSet<string> names)
        {
            var other = node.Input.FirstOrDefault(name => !names.Contains(name));
            var numbers = constants.GetValueOrDefault(other ?? "");
            if (op is { TestsEquality: true } && numbers is [var number, ..]) compared ??= (long)number;
            if (op is not { Broadcasts: true } || other is null || node.Input.Count != 2) return;
            mask |= op.Subtracts && other == node.Input[0] && numbers is [1]
                || op.Multiplied.Count == 2 && numbers is null;
            bytes |= numbers is { Length: > 0 } && numbers.Max(Math.Abs) is var size
                && (size is >= FewestBytes and <= MostBytes
                    || op.Multiplied.Count == 2 && size is >= 1 / MostBytes and <= 1 / FewestBytes);
        }
    }

    private static double[] Numbers(TensorProto tensor)
    {
        var raw = tensor.RawData.Span;
        return (TensorElementType)tensor.DataType switch
        {
            TensorElementType.Int64 => [.. tensor.Int64Data, .. MemoryMarshal.Cast<byte, long>(raw).ToArray()],
            TensorElementType.Int32 => [.. tensor.Int32Data, .. MemoryMarshal.Cast<byte, int>(raw).ToArray()],
            TensorElementType.Float => [.. tensor.FloatData, .. MemoryMarshal.Cast<byte, float>(raw).ToArray()],
            TensorElementType.Double => [.. tensor.DoubleData, .. MemoryMarshal.Cast<byte, double>(raw).ToArray()],
            _ => [],
        };
    }
}

using Onnx;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Says which values of a graph an op multiplies by: one row per op.</summary>
internal static class WeightRoles
{
    /// <summary>Inputs that are multiplied by, per op (ONNX operators, any opset).</summary>
    private static readonly Dictionary<string, int[]> Multiplied = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = [1],
        ["Conv"] = [1],
        ["ConvTranspose"] = [1],
        ["Div"] = [0, 1],
        ["Einsum"] = [0, 1],
        ["GRU"] = [1, 2],
        ["Gather"] = [0],
        ["Gemm"] = [0, 1],
        ["GroupNormalization"] = [1],
        ["InstanceNormalization"] = [1],
        ["LSTM"] = [1, 2],
        ["LayerNormalization"] = [1],
        ["MatMul"] = [0, 1],
        ["Mul"] = [0, 1],
        ["PRelu"] = [1],
        ["RNN"] = [1, 2],
        ["RMSNormalization"] = [1],
    };

    /// <summary>Ops whose first input reaches their output with its values unchanged.</summary>
    private static readonly HashSet<string> PassThrough = new(StringComparer.Ordinal)
    {
        "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
    };

    /// <summary>Names in <paramref name="graph"/> that some op multiplies by, directly or through a reshaping.</summary>
    public static HashSet<string> Find(GraphProto graph)
    {
        var weights = new HashSet<string>(StringComparer.Ordinal);

        // Consumers come after producers, so one pass backwards sees a name's role before the op that passes it on.
        foreach (var node in graph.Node.Reverse())
        {
            if (node.Domain is not ("" or "ai.onnx")) continue;
            if (PassThrough.Contains(node.OpType))
            {
                if (node.Input.Count > 0 && node.Output.Any(weights.Contains)) weights.Add(node.Input[0]);
            }
            else if (Multiplied.TryGetValue(node.OpType, out var inputs))
            {
                foreach (var input in inputs)
                    if (input < node.Input.Count) weights.Add(node.Input[input]);
            }
        }

        return weights;
    }
}

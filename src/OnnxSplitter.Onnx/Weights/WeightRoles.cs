using Google.Protobuf.Collections;
using Onnx;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Says which values of a graph an op multiplies by or adds: one row per op.</summary>
/// <remarks>
/// Values reach their op directly, through ops that pass them on, as inputs of model-local functions, or from within the
/// op's subgraphs.
/// </remarks>
internal sealed class WeightRoles
{
    private const string Microsoft = "com.microsoft";

    /// <summary>Inputs that an op multiplies by and adds, and inputs of integers with the input of their zero points.</summary>
    private sealed record Row(int[] Multiplied, int[] Added)
    {
        /// <summary>Weights, their zero points, and the axis of these.</summary>
        public (int Weight, int ZeroPoint, int Axis)[] Quantized { get; init; } = [];
    }

    /// <summary>ONNX operators of any opset, and ONNX Runtime's contributed ones.</summary>
    /// <remarks>The variance of BatchNormalization is left out: below zero it has no root.</remarks>
    private static readonly Dictionary<(string Domain, string Op), Row> Rows = new()
    {
        [("", "Add")] = new([], [0, 1]),
        [("", "BatchNormalization")] = new([1], [2, 3]),
        [("", "Conv")] = new([1], [2]),
        [("", "ConvInteger")] = new([], []) { Quantized = [(1, 3, 0)] },
        [("", "ConvTranspose")] = new([1], [2]),
        [("", "DeformConv")] = new([1], [3]),
        [("", "Div")] = new([0, 1], []),
        [("", "Einsum")] = new([0, 1], []),
        [("", "GRU")] = new([1, 2], [3]),
        [("", "Gather")] = new([0], []),
        [("", "Gemm")] = new([0, 1], [2]),
        [("", "GroupNormalization")] = new([1], [2]),
        [("", "InstanceNormalization")] = new([1], [2]),
        [("", "LSTM")] = new([1, 2], [3]),
        [("", "LayerNormalization")] = new([1], [2]),
        [("", "MatMul")] = new([0, 1], []),
        [("", "MatMulInteger")] = new([], []) { Quantized = [(0, 2, -2), (1, 3, -1)] },
        [("", "Mul")] = new([0, 1], []),
        [("", "PRelu")] = new([1], []),
        [("", "QLinearConv")] = new([], []) { Quantized = [(3, 5, 0)] },
        [("", "QLinearMatMul")] = new([], []) { Quantized = [(0, 2, -2), (3, 5, -1)] },
        [("", "RNN")] = new([1, 2], [3]),
        [("", "RMSNormalization")] = new([1], []),
        [("", "SimplifiedLayerNormalization")] = new([1], []),
        [("", "Sub")] = new([], [0, 1]),
        [(Microsoft, "Attention")] = new([1], [2]),
        [(Microsoft, "BiasGelu")] = new([], [1]),
        [(Microsoft, "DynamicQuantizeMatMul")] = new([], [4]) { Quantized = [(1, 3, -1)] },
        [(Microsoft, "EmbedLayerNormalization")] = new([2, 3, 4, 5], [6]),
        [(Microsoft, "FastGelu")] = new([], [1]),
        [(Microsoft, "FusedConv")] = new([1], [2]),
        [(Microsoft, "FusedGemm")] = new([0, 1], [2]),
        [(Microsoft, "FusedMatMul")] = new([0, 1], []),
        [(Microsoft, "MatMulIntegerToFloat")] = new([], [6]) { Quantized = [(1, 5, -1)] },
        [(Microsoft, "MultiHeadAttention")] = new([], [3]),
        [(Microsoft, "SkipLayerNormalization")] = new([2], [3, 4]),
        [(Microsoft, "SkipSimplifiedLayerNormalization")] = new([2], [3]),
    };

    /// <summary>Ops whose first input reaches their output, its values unchanged or rounded.</summary>
    private static readonly HashSet<string> PassThrough = new(StringComparer.Ordinal)
    {
        "Cast", "DequantizeLinear", "Flatten", "Identity", "QuantizeLinear", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
    };

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly Dictionary<object, Dictionary<string, WeightRole>> _known = new(ReferenceEqualityComparer.Instance);

    public WeightRoles(ModelProto model)
    {
        foreach (var function in model.Functions)
            _functions[(Domain(function.Domain), function.Name, function.Overload)] = function;
    }

    /// <summary>Names in a graph that some op multiplies by or adds.</summary>
    public IReadOnlyDictionary<string, WeightRole> Find(GraphProto graph) => Find(graph, graph.Node);

    /// <summary>Names in a function that some op multiplies by or adds.</summary>
    public IReadOnlyDictionary<string, WeightRole> Find(FunctionProto function) => Find(function, function.Node);

    private Dictionary<string, WeightRole> Find(object owner, RepeatedField<NodeProto> nodes)
    {
        if (_known.TryGetValue(owner, out var roles)) return roles;

        // Known before it is filled, so that a function that calls itself finds an end.
        _known[owner] = roles = new Dictionary<string, WeightRole>(StringComparer.Ordinal);

        // Consumers come after producers, so one pass backwards sees a name's role before the op that passes it on.
        for (var i = nodes.Count - 1; i >= 0; i--) Add(nodes[i], i, roles);
        return roles;
    }

    private void Add(NodeProto node, int position, Dictionary<string, WeightRole> roles)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.G is not { } graph) continue;
            var own = OwnNames(graph);
            foreach (var (name, role) in Find(graph))
                if (!own.Contains(name)) roles[name] = role with { Node = position };
        }

        if (Domain(node.Domain) is var domain && _functions.TryGetValue((domain, node.OpType, node.Overload), out var function))
        {
            var inner = Find(function);
            for (var k = 0; k < Math.Min(node.Input.Count, function.Input.Count); k++)
                if (inner.TryGetValue(function.Input[k], out var role)) roles[node.Input[k]] = role with { Node = position };
        }
        else if (PassThrough.Contains(node.OpType) && (domain.Length == 0 || node.OpType is "DequantizeLinear" or "QuantizeLinear"))
        {
            foreach (var output in node.Output)
                if (node.Input.Count > 0 && roles.TryGetValue(output, out var role)) roles[node.Input[0]] = Through(node, role);
        }
        else if (domain == Microsoft && node.OpType == "MatMulNBits")
        {
            Set(1, multiplies: true, new Quantization(Input(3), 1, Int(node, "block_size", 0)) { PackedBits = Int(node, "bits", 4) });
            Set(5, multiplies: false, null);
        }
        else if (Rows.TryGetValue((domain, node.OpType), out var row))
        {
            foreach (var input in row.Added) Set(input, multiplies: false, null);
            foreach (var input in row.Multiplied) Set(input, multiplies: true, null);
            foreach (var (input, zeroPoint, axis) in row.Quantized)
                Set(input, multiplies: true, new Quantization(Input(zeroPoint), axis, 0));
        }

        void Set(int input, bool multiplies, Quantization? quantization)
        {
            if (Input(input).Length > 0)
                roles[node.Input[input]] = new WeightRole(node.OpType, input, multiplies)
                {
                    Node = position,
                    Quantization = quantization,
                };
        }

        string Input(int index) => index < node.Input.Count ? node.Input[index] : "";
    }

    private static WeightRole Through(NodeProto node, WeightRole role)
    {
        switch (node.OpType)
        {
            case "Cast":
                return role with { Quantization = role.Quantization ?? Quantization.Cast };
            case "DequantizeLinear":
                return role with
                {
                    Quantization = new Quantization(node.Input.Count > 2 ? node.Input[2] : "", Int(node, "axis", 1), Int(node, "block_size", 0)),
                };
            case "Identity":
                return role;
            case "QuantizeLinear":
                return role with { Quantization = null };
            default:
                return role.Quantization is { } quantization
                    ? role with { Quantization = quantization with { Rearranged = true } }
                    : role;
        }
    }

    private static long Int(NodeProto node, string name, long otherwise) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;

    private static HashSet<string> OwnNames(GraphProto graph) =>
    [
        .. graph.Input.Select(input => input.Name),
        .. graph.Initializer.Select(tensor => tensor.Name),
        .. graph.Node.SelectMany(node => node.Output),
    ];

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;
}

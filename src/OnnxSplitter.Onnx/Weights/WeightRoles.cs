using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Says which values of a graph an op multiplies by or adds, as <see cref="OperatorTable"/> has it.</summary>
/// <remarks>
/// Values reach their op directly, through ops that pass them on, as inputs of model-local functions, or from within
/// the op's subgraphs.
/// </remarks>
internal sealed class WeightRoles
{
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly Dictionary<object, GraphRoles> _known = new(ReferenceEqualityComparer.Instance);

    public WeightRoles(ModelProto model)
    {
        foreach (var function in model.Functions)
            _functions[(Domain(function.Domain), function.Name, function.Overload)] = function;
    }

    /// <summary>What becomes of the values of a graph.</summary>
    public GraphRoles Find(GraphProto graph) => Find(graph, graph.Node);

    /// <summary>What becomes of the values of a function.</summary>
    public GraphRoles Find(FunctionProto function) => Find(function, function.Node);

    /// <summary>Whether a node calls a function of the model.</summary>
    public bool IsFunction(NodeProto node) =>
        _functions.ContainsKey((Domain(node.Domain), node.OpType, node.Overload));

    private GraphRoles Find(object owner, RepeatedField<NodeProto> nodes)
    {
        if (_known.TryGetValue(owner, out var roles)) return roles;

        // Known before it is filled, so that a function that calls itself finds an end.
        _known[owner] = roles = new GraphRoles();

        // Consumers come after producers, so one pass backwards sees a name's role before the op that passes it on.
        var order = NodeOrder.Of(nodes);
        for (var i = order.Length - 1; i >= 0; i--) Add(nodes[order[i]], i, roles);
        return roles;
    }

    private void Add(NodeProto node, int position, GraphRoles known)
    {
        var (roles, unknown) = (known.Weights, known.Unknown);
        foreach (var attribute in node.Attribute)
        {
            if (attribute.G is not { } graph) continue;
            var own = NodeInputs.OwnNames(graph);
            var inner = Find(graph);
            foreach (var (name, role) in inner.Weights)
                if (!own.Contains(name)) roles[name] = role with { Node = position };
            foreach (var (name, why) in inner.Unknown)
                if (!own.Contains(name)) unknown[name] = why;
        }

        if (Domain(node.Domain) is var domain
            && _functions.TryGetValue((domain, node.OpType, node.Overload), out var function))
        {
            var inner = Find(function);
            for (var k = 0; k < Math.Min(node.Input.Count, function.Input.Count); k++)
            {
                if (inner.Weights.TryGetValue(function.Input[k], out var role))
                    roles[node.Input[k]] = role with { Node = position };
                if (inner.Unknown.TryGetValue(function.Input[k], out var why)) unknown[node.Input[k]] = why;
            }
        }
        else if (OperatorTable.Find(node) is { } op)
        {
            foreach (var input in Carried(op, node))
                foreach (var output in node.Output)
                {
                    if (roles.TryGetValue(output, out var role) && Through(node, op.Passes, role) is { } passed)
                        roles[input] = passed;
                    if (unknown.TryGetValue(output, out var why)) unknown[input] = why;
                }

            foreach (var input in op.Added) Set(op, input, multiplies: false, null);
            foreach (var input in op.Multiplied) Set(op, input, multiplies: true, null);
            foreach (var (input, zeroPoint, axis) in op.Quantized)
                Set(op, input, multiplies: true, new Quantization(Input(zeroPoint), axis, 0));
            if (op.Packed is { } packed)
            {
                Set(op, packed.Weights, multiplies: true,
                    new Quantization(Input(packed.ZeroPoint), 1, Int(node, "block_size", 0))
                    {
                        PackedBits = Int(node, "bits", 4),
                    });
            }
        }
        else if (!NodeInputs.Bodies(node).Any())
        {
            var called = domain.Length > 0 ? $"{domain}.{node.OpType}" : node.OpType;
            foreach (var input in node.Input) unknown[input] = $"what op {called} does with it is not known";
        }

        void Set(Operator op, int input, bool multiplies, Quantization? quantization)
        {
            if (Input(input).Length > 0)
                roles[node.Input[input]] = new WeightRole(op, input, multiplies)
                {
                    Node = position,
                    ChannelAxis = ChannelAxis(op, node, input),
                    Quantization = quantization,
                };
        }

        string Input(int index) => index < node.Input.Count ? node.Input[index] : "";
    }

    /// <summary>Inputs whose values, or what becomes of them, come out: of an op without weights of its own.</summary>
    private static IEnumerable<string> Carried(Operator op, NodeProto node) => op switch
    {
        { Passes: PassThrough.Joined } => node.Input,
        { Passes: not PassThrough.None } or { HasWeights: false, NoDerivative: null, NoRule: null, WrittenAs: null } =>
            node.Input.Take(1),
        _ => [],
    };

    private static WeightRole? Through(NodeProto node, PassThrough way, WeightRole role) => way switch
    {
        PassThrough.None => role.Quantization is null ? role with { ChannelAxis = null } : null,
        PassThrough.Unchanged => role,
        PassThrough.Converted => role with { Quantization = role.Quantization ?? Quantization.Cast },
        PassThrough.Quantized => role with { Quantization = null },
        PassThrough.Dequantized => role with
        {
            Quantization = new Quantization(
                node.Input.Count > 2 ? node.Input[2] : "", Int(node, "axis", 1), Int(node, "block_size", 0)),
        },
        _ => role.Quantization is { } quantization
            ? role with { ChannelAxis = null, Quantization = quantization with { Rearranged = true } }
            : role with { ChannelAxis = null },
    };

    private static int? ChannelAxis(Operator op, NodeProto node, int input) => op.Linear switch
    {
        LinearForm.Convolution when input == 1 => 0,
        LinearForm.MatrixProduct when input == 1 => Int(node, "transB", 0) != 0 ? 0 : -1,
        _ when op.Packed?.Weights == input => 0,
        _ => null,
    };

    private static long Int(NodeProto node, string name, long otherwise) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;
}

using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Building;

/// <summary>
/// Appends nodes to a graph and names their outputs. The one place that knows how an op is written.
/// </summary>
/// <param name="graph">The graph that grows. Owned by the caller.</param>
/// <param name="opset">Version of the default operator set, at least <see cref="MinimumOpset"/>.</param>
/// <param name="prefix">Starts the name of every value made here; no value of the graph may start with it.</param>
public sealed class GraphBuilder(GraphProto graph, long opset, string prefix)
{
    /// <summary>
    /// Axes, ranges and bounds are inputs of every op that has them, and ScatterElements adds up, from this opset on.
    /// </summary>
    public const long MinimumOpset = 18;

    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<(string What, string Source), Func<string>> _derived = [];
    private int _next;

    /// <summary>Version of the default operator set.</summary>
    public long Opset => opset;

    /// <summary>Versions of the graph's other operator sets, as far as they are known.</summary>
    public IReadOnlyCollection<OperatorSetIdProto> Imports { get; init; } = [];

    /// <summary>Version of the operator set of a domain; null if it is not known.</summary>
    public long? OpsetOf(string domain) => domain is "" or "ai.onnx"
        ? opset
        : Imports.FirstOrDefault(import => import.Domain == domain)?.Version;

    /// <summary>Appends a node with one output and returns the output's name.</summary>
    public string Op(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Node("", type, inputs, 1, attributes)[0];

    /// <summary>A value as float32.</summary>
    public string AsFloats(string value) => Op("Cast", [value], ("to", (long)TensorProto.Types.DataType.Float));

    /// <summary>Appends a node of any domain, and returns the names of its outputs.</summary>
    public string[] Node(
        string domain, string type, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => NewName(type))];
        var node =
            new NodeProto { Domain = domain, OpType = type, Name = names[0], Input = { inputs }, Output = { names } };
        foreach (var (name, value) in attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
        graph.Node.Add(node);
        return names;
    }

    /// <summary>Appends an op with some of another node's attributes, and further ones.</summary>
    public string Copy(string type, string[] inputs, NodeProto from, IReadOnlyCollection<string> attributes,
        params (string Name, object Value)[] own)
    {
        ArgumentNullException.ThrowIfNull(from);
        var output = Op(type, inputs, own);
        graph.Node[^1].Attribute.AddRange(from.Attribute.Where(attribute => attributes.Contains(attribute.Name)));
        return output;
    }

    /// <summary>Appends a node once more, with other inputs and new outputs, and returns their names.</summary>
    public string[] Again(NodeProto node, string[] inputs)
    {
        ArgumentNullException.ThrowIfNull(node);
        var again = node.Clone();
        again.Name = NewName(node.OpType);
        again.Input.Clear();
        again.Input.AddRange(inputs);
        for (var i = 0; i < again.Output.Count; i++)
            if (again.Output[i].Length > 0) again.Output[i] = NewName(node.OpType);
        graph.Node.Add(again);
        return [.. again.Output];
    }

    /// <summary>Writes down a value's shape, of float32, for ops that can't work it out.</summary>
    public void Declare(string value, long[] dims) => graph.ValueInfo.Add(FloatValue.Of(value, dims));

    /// <summary>Gives a value a name that other nodes know.</summary>
    public void Alias(string value, string name) =>
        graph.Node.Add(
            new NodeProto { OpType = "Identity", Name = NewName("alias"), Input = { value }, Output = { name } });

    /// <summary>A fresh name.</summary>
    public string NewName(string hint) => $"{prefix}{hint}_{(_next++).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What is made of a value once, however many nodes want it.</summary>
    /// <param name="what">What is made.</param>
    /// <param name="source">The value that it is made of.</param>
    /// <param name="make">Makes it and returns its name, unless it is there or another way was offered.</param>
    public string Once(string what, string source, Func<string> make)
    {
        var name = _derived.TryGetValue((what, source), out var known) ? known() : make();
        _derived[(what, source)] = () => name;
        return name;
    }

    /// <summary>Says how to make something of a value; nothing is made before <see cref="Once"/> asks for it.</summary>
    public void Offer(string what, string source, Func<string> make) => _derived.Add((what, source), make);

    /// <summary>A float32 constant, row by row.</summary>
    public string Floats(float[] values, params long[] dims) =>
        Constant(Type.Float, MemoryMarshal.AsBytes(values.AsSpan()), dims);

    /// <summary>A float32 scalar.</summary>
    public string Scalar(float value) => Floats([value]);

    /// <summary>A one-dimensional int64 constant.</summary>
    public string Ints(params long[] values) => Indices(values, values.Length);

    /// <summary>An int64 constant of any shape, row by row.</summary>
    public string Indices(long[] values, params long[] dims) =>
        Constant(Type.Int64, MemoryMarshal.AsBytes(values.AsSpan()), dims);

    /// <summary>An int64 constant of any shape that counts from 0 on, row by row.</summary>
    public string Count(long number, params long[] dims) =>
        Indices([.. Enumerable.Range(0, (int)number).Select(i => (long)i)], dims);

    /// <summary>a + b.</summary>
    public string Add(string a, string b) => Op("Add", [a, b]);

    /// <summary>a - b.</summary>
    public string Sub(string a, string b) => Op("Sub", [a, b]);

    /// <summary>a * b.</summary>
    public string Mul(string a, string b) => Op("Mul", [a, b]);

    /// <summary>a / b.</summary>
    public string Div(string a, string b) => Op("Div", [a, b]);

    /// <summary>Matrix product.</summary>
    public string MatMul(string a, string b) => Op("MatMul", [a, b]);

    /// <summary>
    /// Reshapes to concrete dims. In Reshape a size of 0 means another one, so what has no elements is made anew.
    /// </summary>
    public string Reshape(string x, params long[] dims) =>
        dims.Contains(0) ? Zeros(dims) : Op("Reshape", [x, Ints(dims)]);

    /// <summary>Permutes axes.</summary>
    public string Transpose(string x, params long[] permutation) => Op("Transpose", [x], ("perm", permutation));

    /// <summary>Broadcasts to concrete dims.</summary>
    public string Expand(string x, params long[] dims) => Op("Expand", [x, Ints(dims)]);

    /// <summary>Sums over axes.</summary>
    public string ReduceSum(string x, long[] axes, bool keepDims) =>
        Op("ReduceSum", [x, Ints(axes)], ("keepdims", keepDims ? 1L : 0L));

    /// <summary>Any other reduction, with the axes kept.</summary>
    public string Reduce(string type, string x, long[] axes) => Op(type, [x, Ints(axes)]);

    /// <summary>Equal parts along an axis.</summary>
    public string[] Split(string x, long axis, int parts) => parts == 1
        ? [x]
        : Node("", "Split", [x], parts, ("axis", axis), ("num_outputs", (long)parts));

    /// <summary>Puts values one behind the other.</summary>
    public string Concat(string[] values, long axis) =>
        values.Length == 1 ? values[0] : Op("Concat", values, ("axis", axis));

    /// <summary>Takes a range along axes.</summary>
    public string Slice(string x, long[] starts, long[] ends, long[] axes, long[] steps) =>
        Op("Slice", [x, Ints(starts), Ints(ends), Ints(axes), Ints(steps)]);

    /// <summary>Reverses the order along axes.</summary>
    public string Reverse(string x, params long[] axes) => Slice(
        x,
        [.. axes.Select(_ => -1L)],
        [.. axes.Select(_ => (long)int.MinValue)],
        axes,
        [.. axes.Select(_ => -1L)]);

    /// <summary>Pads with zeros: all leading counts, then all trailing ones.</summary>
    public string Pad(string x, long[] pads) =>
        pads.All(pad => pad == 0) ? x : Op("Pad", [x, Ints(pads)]);

    /// <summary>A float32 tensor of zeros.</summary>
    public string Zeros(params long[] dims) => Op("ConstantOfShape", [Ints(dims)]);

    private string Constant(Type type, ReadOnlySpan<byte> data, long[] dims)
    {
        var key = $"{type}[{string.Join(',', dims)}]{Convert.ToHexString(data[..Math.Min(data.Length, 1024)])}";
        if (data.Length <= 1024 && _constants.TryGetValue(key, out var known)) return known;
        var name = NewName("Constant");
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)type,
            Dims = { dims },
            RawData = ByteString.CopyFrom(data),
        });
        if (data.Length <= 1024) _constants[key] = name;
        return name;
    }
}

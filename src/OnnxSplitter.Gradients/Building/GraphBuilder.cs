using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Building;

/// <summary>
/// Appends nodes to a graph and names their outputs. The one place that knows how an op is written in each opset.
/// </summary>
/// <param name="graph">The graph that grows. Owned by the caller.</param>
/// <param name="opset">Version of the default operator set, at least <see cref="MinimumOpset"/>.</param>
/// <param name="prefix">Starts the name of every value made here; no value of the graph may start with it.</param>
public sealed class GraphBuilder(GraphProto graph, long opset, string prefix)
{
    /// <summary>Slice and Pad take their ranges as inputs, and ScatterElements exists, from this opset on.</summary>
    public const long MinimumOpset = 11;

    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<(string What, string Source), Func<string>> _derived = [];
    private int _next;

    /// <summary>Version of the default operator set.</summary>
    public long Opset => opset;

    /// <summary>Appends a node with one output and returns the output's name.</summary>
    public string Op(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = NewName(type);
        var node = new NodeProto { OpType = type, Name = output, Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
        graph.Node.Add(node);
        return output;
    }

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

    /// <summary>Reshapes to concrete dims. In Reshape a size of 0 means another one, so what has no elements is made anew.</summary>
    public string Reshape(string x, params long[] dims) =>
        dims.Contains(0) ? Zeros(dims) : Op("Reshape", [x, Ints(dims)]);

    /// <summary>Permutes axes.</summary>
    public string Transpose(string x, params long[] permutation) => Op("Transpose", [x], ("perm", permutation));

    /// <summary>Broadcasts to concrete dims.</summary>
    public string Expand(string x, params long[] dims) => Op("Expand", [x, Ints(dims)]);

    /// <summary>Sums over axes. The axes became an input in opset 13.</summary>
    public string ReduceSum(string x, long[] axes, bool keepDims) => opset >= 13
        ? Op("ReduceSum", [x, Ints(axes)], ("keepdims", keepDims ? 1L : 0L))
        : Op("ReduceSum", [x], ("axes", axes), ("keepdims", keepDims ? 1L : 0L));

    /// <summary>Any other reduction, with the axes kept. Its axes became an input in opset 18.</summary>
    public string Reduce(string type, string x, long[] axes) =>
        opset >= 18 ? Op(type, [x, Ints(axes)]) : Op(type, [x], ("axes", axes));

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

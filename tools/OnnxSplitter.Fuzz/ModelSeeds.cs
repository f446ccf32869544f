using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Models;
using OnnxSplitter.Vectors.Samples;
using Attribute = Onnx.AttributeProto;
using DataType = Onnx.TensorProto.Types.DataType;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Fuzz;

/// <summary>Small models, one for each way in which a file can hold a weight.</summary>
internal static class ModelSeeds
{
    private const int Graph = 7;
    private const int Functions = 25;

    private static readonly (DataType Type, int Length)[] Integers =
        [(DataType.Int16, 12), (DataType.Int8, 6), (DataType.Uint8, 6), (DataType.Int4, 3), (DataType.Uint4, 3)];

    public static IReadOnlyList<byte[]> All() =>
    [
        Model(Weight(DataType.Float, raw: 24)),
        Model(Weight(DataType.Bfloat16, raw: 12)),
        Model(With(Weight(DataType.Float), tensor => tensor.FloatData.Add([1, -2, 3, -4, 5, -6]))),
        Model(With(Weight(DataType.Double), tensor => tensor.DoubleData.Add([1, -2, 3, -4, 5, -6]))),
        Model(With(Weight(DataType.Float16), tensor => tensor.Int32Data.Add([0x3C00, 0xBC00, 0x4000, 0, 0x7BFF, 1]))),
        Model([.. Proto(Weight(DataType.Float)), .. Unpacked(0x25, 4, 6)]),
        Model([.. Proto(Weight(DataType.Double)), .. Unpacked(0x51, 8, 6)]),
        Model([.. Proto(Weight(DataType.Float16)), .. Unpacked(0x28, 1, 6)]),
        Model(Weight(DataType.Float, raw: 24), graph => graph.Input.Add(new ValueInfoProto { Name = "w" })),
        Model(Weight(DataType.Float, raw: 24), graph => graph.Node.Add(Node("Add", "b", "y", "w"))),
        Model(With(Weight(DataType.Float), External)),
        Model(new TensorProto { Name = "w", DataType = (int)DataType.Float, Dims = { 20, 20 }, RawData = Bytes(1600) }),
        .. Constants().Select(value => Graphs(graph => graph.Node.Add([Constant(value), Product()]))),
        Graphs(graph => graph.SparseInitializer.Add(new SparseTensorProto
        {
            Values = Weight(DataType.Float, raw: 24),
            Indices = new TensorProto { Name = "i", DataType = (int)DataType.Int64, Dims = { 6 }, RawData = Bytes(48) },
            Dims = { 4, 4 },
        }), graph => graph.Node.Add(Product())),
        Subgraph(),
        Function(),
        .. Integers.Select(Quantized),
        BlockQuantized(),
        Proto(AttributeGraph.Model()),
        UnpackedForm.Of(AttributeGraph.Model()),
    ];

    private static IEnumerable<Attribute> Constants() =>
    [
        new() { Name = "value", Type = Kind.Tensor, T = Weight(DataType.Float, raw: 24) },
        new() { Name = "value_floats", Type = Kind.Floats, Floats = { 1, -2, 3, -4 } },
        new() { Name = "value_float", Type = Kind.Float, F = 1 },
        new() { Name = "value_ints", Type = Kind.Ints, Ints = { 1, -2, 3 } },
        new() { Name = "value_strings", Type = Kind.Strings, Strings = { ByteString.CopyFromUtf8("a") } },
        new()
        {
            Name = "sparse_value", Type = Kind.SparseTensor,
            SparseTensor = new SparseTensorProto { Values = Weight(DataType.Float, raw: 24), Dims = { 9 } },
        },
    ];

    private static byte[] Subgraph()
    {
        var inner = new GraphProto
        {
            Name = "inner",
            Node = { Product() },
            Initializer = { Weight(DataType.Float, raw: 24) },
        };
        var branch = Node("If", "c", "z");
        branch.Attribute.Add(new Attribute { Name = "then_branch", Type = Kind.Graph, G = inner });
        var outer = new GraphProto { Name = "outer", Node = { branch } };
        var loop = Node("Loop", "n", "z");
        loop.Attribute.Add(new Attribute { Name = "body", Type = Kind.Graph, G = outer });
        return Graphs(graph => graph.Node.Add([branch, loop]));
    }

    private static byte[] Function()
    {
        var call = Node("block", "x", "y", "w");
        call.Domain = "local";
        var function = new FunctionProto { Name = "block", Domain = "local", Input = { "x", "v" }, Output = { "y" } };
        function.Node.Add([Constant(Constants().First(), "u"), Node("Gemm", "x", "t", "u"),
            Node("Conv", "t", "y", "v")]);
        return [.. Model(Weight(DataType.Float, raw: 24), graph => graph.Node.Add(call)),
            .. WireField.Of(Functions, Proto(function))];
    }

    private static byte[] Quantized((DataType Type, int Length) weight) => Graphs(
        graph => graph.Initializer.Add(
        [
            Weight(weight.Type, raw: weight.Length),
            new TensorProto { Name = "s", DataType = (int)DataType.Float, Dims = { 3 }, FloatData = { 1, 2, 3 } },
            new TensorProto { Name = "zero", DataType = (int)weight.Type, Dims = { 3 }, Int32Data = { 1, 2, 3 } },
        ]),
        graph => graph.Node.Add([Node("DequantizeLinear", "w", "v", "s", "zero"), Node("MatMul", "x", "y", "v")]));

    private static byte[] BlockQuantized()
    {
        var node = Node("MatMulNBits", "x", "y", "w", "s", "zero");
        node.Domain = "com.microsoft";
        foreach (var (name, value) in new[] { ("K", 32), ("N", 2), ("bits", 4), ("block_size", 16) })
            node.Attribute.Add(new Attribute { Name = name, Type = Kind.Int, I = value });
        return Graphs(
            graph => graph.Initializer.Add(
            [
                new TensorProto { Name = "w", DataType = (int)DataType.Uint8, Dims = { 2, 2, 8 }, RawData = Bytes(32) },
                new TensorProto { Name = "zero", DataType = (int)DataType.Uint8, Dims = { 2 }, RawData = Bytes(2) },
            ]),
            graph => graph.Node.Add(node));
    }

    private static TensorProto Weight(DataType type, int raw = 0) => new()
    {
        Name = "w",
        DataType = (int)type,
        Dims = { 2, 3 },
        RawData = Bytes(raw),
    };

    private static void External(TensorProto tensor)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", "w.bin"), ("offset", "8"), ("length", "24") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    /// <summary>Numbers that each have a tag of their own, as old exporters wrote them.</summary>
    private static byte[] Unpacked(byte tag, int size, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)(i + 1), size).Prepend(tag))];

    private static NodeProto Node(string op, string input, string output, params string[] more) =>
        new() { OpType = op, Name = op, Input = { input, more }, Output = { output } };

    private static NodeProto Product() => Node("MatMul", "x", "y", "w");

    private static NodeProto Constant(Attribute value, string output = "w") =>
        new() { OpType = "Constant", Output = { output }, Attribute = { value } };

    private static byte[] Model(TensorProto weight, params Action<GraphProto>[] also) =>
        Graphs([graph => graph.Initializer.Add(weight), graph => graph.Node.Add(Product()), .. also]);

    private static byte[] Model(byte[] weight)
    {
        byte[] graph = [.. WireField.Of(5, weight), .. Proto(new GraphProto { Name = "g", Node = { Product() } })];
        return [.. Proto(new ModelProto { IrVersion = 8 }), .. WireField.Of(Graph, graph)];
    }

    private static byte[] Graphs(params Action<GraphProto>[] build)
    {
        var graph = new GraphProto { Name = "g" };
        foreach (var step in build) step(graph);
        return Proto(new ModelProto
        {
            IrVersion = 10,
            OpsetImport = { new OperatorSetIdProto { Version = 21 } },
            Graph = graph,
        });
    }

    private static TensorProto With(TensorProto tensor, Action<TensorProto> change)
    {
        change(tensor);
        return tensor;
    }

    private static byte[] Proto(IMessage message) => UnpackedForm.Of(message);

    private static ByteString Bytes(int count) =>
        ByteString.CopyFrom([.. Enumerable.Range(0, count).Select(i => (byte)(37 * i + 1))]);
}

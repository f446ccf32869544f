using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Tests.Gradients;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// A language model of one layer in the ops that exporters for ONNX Runtime write: packed weights of four bits,
/// attention with a cache, normalizations joined with sums. All shapes but the batch's are those of one model, the
/// weights are drawn.
/// </summary>
internal sealed class LanguageModel
{
    private const int Width = 32;
    private const int Words = 40;
    private const int Heads = 2;
    private const int HeadSize = 16;
    private const int BlockSize = 16;
    private const int Positions = 64;
    private const string Microsoft = "com.microsoft";

    private readonly GraphProto _graph = new() { Name = "language model" };
    private readonly SeededNormal _random = new(4);

    public static string Write(string path)
    {
        var model = new LanguageModel();
        model.Build();
        File.WriteAllBytes(path, Values.Model(model._graph, 21).ToByteArray());
        return path;
    }

    private void Build()
    {
        _graph.Input.Add(SmallModel.Value("input_ids", DataType.Int64, "batch", "sequence"));
        _graph.Input.Add(SmallModel.Value("attention_mask", DataType.Int64, "batch", "total"));
        foreach (var name in (string[])["past.key", "past.value"])
            _graph.Input.Add(SmallModel.Value(name, DataType.Float, "batch", Heads, "past", HeadSize));
        _graph.Output.Add(SmallModel.Value("logits", DataType.Float, "batch", "sequence", Words));
        foreach (var name in (string[])["present.key", "present.value"])
            _graph.Output.Add(SmallModel.Value(name, DataType.Float, "batch", Heads, "total", HeadSize));

        Tensor("one", DataType.Int64, [], BitConverter.GetBytes(1L));
        Tensor("axis", DataType.Int64, [1], BitConverter.GetBytes(1L));
        Node("", "ReduceSum", ["attention_mask", "axis"], ["counted"], ("keepdims", 0L));
        Node("", "Sub", ["counted", "one"], ["last"]);
        Node("", "Cast", ["last"], ["last32"], ("to", (long)DataType.Int32));
        Node("", "Shape", ["attention_mask"], ["shape"]);
        Node("", "Gather", ["shape", "one"], ["total"]);
        Node("", "Cast", ["total"], ["total32"], ("to", (long)DataType.Int32));

        Node("", "Gather", [Floats("words", _ => _random.Next(), Words, Width), "input_ids"], ["x"]);
        Node("", "SimplifiedLayerNormalization", ["x", Floats("norm", _ => 1, Width)], ["h"], ("axis", -1L),
            ("epsilon", 1e-5f));
        Node(Microsoft, "GroupQueryAttention",
            [Packed("h", "query"), Packed("h", "key"), Packed("h", "value"), "past.key", "past.value", "last32",
                "total32",
                Floats("cos", i => Math.Cos(Angle(i)), Positions, HeadSize / 2),
                Floats("sin", i => Math.Sin(Angle(i)), Positions, HeadSize / 2)],
            ["attended", "present.key", "present.value"],
            ("num_heads", (long)Heads), ("kv_num_heads", (long)Heads), ("do_rotary", 1L));
        Node(Microsoft, "SkipSimplifiedLayerNormalization",
            ["x", Packed("attended", "output"), Floats("skip norm", _ => 1, Width)],
            ["h2", "", "", "x2"], ("epsilon", 1e-5f));
        Node("", "Sigmoid", [Packed("h2", "gate")], ["opened"]);
        Node("", "Mul", ["gate of h2", "opened"], ["gated"]);
        Node("", "Mul", ["gated", Packed("h2", "up")], ["inner"]);
        Node(Microsoft, "SkipSimplifiedLayerNormalization",
            ["x2", Packed("inner", "down"), Floats("last norm", _ => 1, Width)],
            ["h3"], ("epsilon", 1e-5f));
        Node("", "Identity", [Packed("h3", "head", Words)], ["logits"]);
    }

    private static double Angle(int i) => i / (HeadSize / 2) / Math.Pow(100, i % (HeadSize / 2) / (HeadSize / 2.0));

    /// <summary>
    /// x times a matrix of four-bit codes, as ONNX Runtime packs them: [columns, blocks, bytes of a block].
    /// </summary>
    private string Packed(string x, string name, int columns = Width)
    {
        var codes = new byte[columns * Width / 2];
        for (var i = 0; i < codes.Length; i++) codes[i] = (byte)(Code() | Code() << 4);
        Tensor($"{name} codes", DataType.Uint8, [columns, Width / BlockSize, BlockSize / 2], codes);
        Node(Microsoft, "MatMulNBits",
            [x, $"{name} codes", Floats($"{name} scales", _ => 0.05, columns * Width / BlockSize)],
            [$"{name} of {x}"], ("K", (long)Width), ("N", (long)columns), ("bits", 4L),
            ("block_size", (long)BlockSize));
        return $"{name} of {x}";

        int Code() => (int)Math.Clamp(8 + 3 * _random.Next(), 0, 15);
    }

    private string Floats(string name, Func<int, double> value, params long[] dims)
    {
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        Tensor(
            name, DataType.Float, dims, NumpyFile.Bytes([.. Enumerable.Range(0, count).Select(i => (float)value(i))]));
        return name;
    }

    private void Tensor(string name, DataType type, long[] dims, byte[] data) => _graph.Initializer.Add(
        new TensorProto { Name = name, DataType = (int)type, Dims = { dims }, RawData = ByteString.CopyFrom(data) });

    private void Node(
        string domain, string op, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto
        {
            Domain = domain,
            OpType = op,
            Name = $"node of {outputs[0]}",
            Input = { inputs },
            Output = { outputs }
        };
        foreach (var (name, value) in attributes) node.Attribute.Add(NodeAttributes.Make(name, value));
        _graph.Node.Add(node);
    }
}

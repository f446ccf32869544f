using Google.Protobuf;
using Onnx;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Tests.Secrets;
using Attribute = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Tests.Runtime;

/// <summary>
/// A small model whose weights lie in two data files, as every kind of tensor that a model can have: initializers and
/// constants of the main graph, of a branch and of a function, and a sparse one. All weights that can be touched are.
/// </summary>
internal sealed class HostedModel : IDisposable
{
    public const string Data = "weights.bin";
    private const int Side = 64;
    private const int Float = (int)TensorProto.Types.DataType.Float;
    private static readonly string[] Names = [Data, "more/other.bin"];

    private readonly MemoryStream[] _data = [new(), new()];
    private readonly Random _random = new(7);

    public HostedModel()
    {
        Directory.CreateDirectory(Folder["more"]);
        var graph = new GraphProto
        {
            Name = "g",
            Input = { Value("x", 1, Side) },
            Output = { Value("y", 1, Side) },
            Initializer = { Outside("main", 0, Side, Side), Outside("odd", 1, Side), Inside("inside") },
            SparseInitializer = { Sparse("sparse") },
        };
        graph.Node.Add(Node("MatMul", "h1", "x", "main"));
        graph.Node.Add(Constant("constant", Outside("", 1, Side)));
        graph.Node.Add(Node("Add", "h2", "h1", "constant"));
        graph.Node.Add(Node("Mul", "h3", "h2", "odd"));
        graph.Node.Add(Node("Add", "h4", "h3", "sparse"));
        graph.Node.Add(Node("Mul", "h5", "h4", "inside"));
        graph.Node.Add(new NodeProto { OpType = "F", Domain = "own", Input = { "h5" }, Output = { "h6" } });
        graph.Node.Add(Node("ReduceMax", "top", "h6"));
        graph.Node[^1].Attribute.Add(new AttributeProto { Name = "keepdims", Type = Attribute.Int, I = 0 });
        graph.Node.Add(Node("Less", "small", "top", "top"));
        var choice = Node("If", "y", "small");
        choice.Name = "choice";
        choice.Attribute.Add(new AttributeProto { Name = "then_branch", Type = Attribute.Graph, G = Branch("then") });
        choice.Attribute.Add(new AttributeProto { Name = "else_branch", Type = Attribute.Graph, G = Branch("else") });
        graph.Node.Add(choice);
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { Opset(""), Opset("own") },
            Graph = graph,
            Functions =
            {
                new FunctionProto
                {
                    Name = "F",
                    Domain = "own",
                    Input = { "a" },
                    Output = { "b" },
                    OpsetImport = { Opset("") },
                    Node = { Constant("w", Outside("", 0, Side)), Node("Add", "b", "a", "w") },
                },
            },
        };
        File.WriteAllBytes(Path, model.ToByteArray());
        for (var i = 0; i < Names.Length; i++) File.WriteAllBytes(Folder[Names[i]], _data[i].ToArray());
        ProtectedFolder.Seal(Path, int.MaxValue, TestKeys.Alice, Secrets);
    }

    public TemporaryFolder Folder { get; } = new();

    public string Path => Folder["model.onnx"];

    public string Secrets => Folder["model.p7m"];

    /// <summary>Place in <see cref="Data"/> of a byte of the first weight that is as it was.</summary>
    public int Untouched
    {
        get
        {
            var (shipped, original) = (File.ReadAllBytes(Folder[Data]), _data[0].ToArray());
            return sizeof(float) * Enumerable.Range(0, Side).First(i => shipped.AsSpan(sizeof(float) * i, sizeof(float))
                .SequenceEqual(original.AsSpan(sizeof(float) * i, sizeof(float))));
        }
    }

    /// <summary>Opens it as a host does.</summary>
    public ProtectedSession Open(ProtectedModelOptions? options = null) =>
        ProtectedModel.Open(Path, Secrets, TestKeys.Alice, TestKeys.Alice, options);

    /// <summary>Restores it to files.</summary>
    /// <returns>Path of the restored model.</returns>
    public string Restore()
    {
        var restored = Folder["restored/model.onnx"];
        Directory.CreateDirectory(Folder["restored"]);
        using var secrets = SecretsEnvelope.Open(File.ReadAllBytes(Secrets), TestKeys.Alice, TestKeys.Alice);
        ModelRestorer.RestoreToFile(Path, secrets, restored, overwrite: false);
        return restored;
    }

    public void Dispose() => Folder.Dispose();

    private GraphProto Branch(string name) => new()
    {
        Name = name,
        Output = { Value($"{name}-y", 1, Side) },
        Initializer = { Outside($"{name}-w", 0, Side) },
        Node =
        {
            Constant($"{name}-c", Outside("", 1, Side)),
            Node("Add", $"{name}-h", "h6", $"{name}-w"),
            Node("Mul", $"{name}-y", $"{name}-h", $"{name}-c"),
        },
    };

    private SparseTensorProto Sparse(string name)
    {
        var indices = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64, Dims = { Side } };
        for (var i = 0; i < Side; i++) indices.Int64Data.Add(i);
        return new SparseTensorProto { Values = Outside(name, 1, Side), Indices = indices, Dims = { Side } };
    }

    private TensorProto Inside(string name) => new()
    {
        Name = name,
        DataType = Float,
        Dims = { Side },
        RawData = ByteString.CopyFrom(Weights(Side)),
    };

    private TensorProto Outside(string name, int file, params long[] dims)
    {
        var bytes = Weights(dims.Aggregate(1L, (product, dim) => product * dim));

        // What is not aligned ONNX Runtime copies instead of borrowing.
        if (name == "odd") _data[file].WriteByte(1);
        var tensor = new TensorProto
        {
            Name = name,
            DataType = Float,
            Dims = { dims },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData =
            {
                Entry("location", Spelling(file)), Entry("offset", $"{_data[file].Position}"),
                Entry("length", $"{bytes.Length}"),
            },
        };
        _data[file].Write(bytes);
        return tensor;
    }

    /// <summary>One file has two names: with and without what leads nowhere.</summary>
    private string Spelling(int file) => _data[file].Length == 0 ? Names[file]
        : file == 0 ? $"./{Names[file]}" : Names[file].Replace("/", "/./", StringComparison.Ordinal);

    private byte[] Weights(long count)
    {
        var bytes = new byte[count * sizeof(float)];
        for (var i = 0; i < count; i++)
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), _random.NextSingle() + 0.5f);
        return bytes;
    }

    private static NodeProto Constant(string name, TensorProto value) => new()
    {
        OpType = "Constant",
        Output = { name },
        Attribute = { new AttributeProto { Name = "value", Type = Attribute.Tensor, T = value } },
    };

    private static NodeProto Node(string op, string output, params string[] inputs) =>
        new() { OpType = op, Input = { inputs }, Output = { output } };

    private static OperatorSetIdProto Opset(string domain) =>
        new() { Domain = domain, Version = domain.Length == 0 ? 17 : 1 };

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static ValueInfoProto Value(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Float, Shape = shape } },
        };
    }
}

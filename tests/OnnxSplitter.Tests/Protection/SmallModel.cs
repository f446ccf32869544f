using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Operators;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Writes models of a few nodes, opset 17, with weights drawn from a standard normal distribution.</summary>
internal sealed class SmallModel(int seed = 1)
{
    private readonly SeededNormal _random = new(seed);
    private readonly GraphProto _graph = new() { Name = "small" };

    /// <summary>An input or output; a dimension is a number or a name.</summary>
    public static ValueInfoProto Value(string name, DataType type, params object[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims)
            shape.Dim.Add(dim is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dim, null) });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    public SmallModel Input(string name, DataType type, params object[] dims)
    {
        _graph.Input.Add(Value(name, type, dims));
        return this;
    }

    public SmallModel Output(string name, DataType type, params object[] dims)
    {
        _graph.Output.Add(Value(name, type, dims));
        return this;
    }

    public SmallModel Weights(string name, params long[] dims)
    {
        var values = Enumerable.Range(0, (int)dims.Aggregate(1L, (p, d) => p * d)).Select(_ => _random.Next())
            .ToArray();
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)DataType.Float,
            Dims = { dims },
            RawData = ByteString.CopyFrom(NumpyFile.Bytes(values)),
        });
        return this;
    }

    public SmallModel Integers(string name, params long[] values) => Tensor(new TensorProto
    {
        Name = name,
        DataType = (int)DataType.Int64,
        Dims = { values.Length },
        Int64Data = { values },
    });

    public SmallModel Integer(string name, long value) => Tensor(new TensorProto
    {
        Name = name,
        DataType = (int)DataType.Int64,
        Int64Data = { value },
    });

    public SmallModel Number(string name, float value) => Tensor(new TensorProto
    {
        Name = name,
        DataType = (int)DataType.Float,
        FloatData = { value },
    });

    public SmallModel Tensor(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return this;
    }

    /// <summary>Weights of two dimensions, every third of which is not zero, as a sparse tensor.</summary>
    public SmallModel Sparse(string name, long rows, long columns)
    {
        long[] places = [.. Enumerable.Range(0, (int)(rows * columns / 3)).Select(i => 3L * i)];
        _graph.SparseInitializer.Add(new SparseTensorProto
        {
            Dims = { rows, columns },
            Values = new TensorProto
            {
                Name = name,
                DataType = (int)DataType.Float,
                Dims = { places.Length },
                FloatData = { places.Select(_ => _random.Next()) },
            },
            Indices = new TensorProto
            {
                DataType = (int)DataType.Int64,
                Dims = { places.Length },
                Int64Data = { places },
            },
        });
        return this;
    }

    /// <summary>A node; the op's domain, if it has one, stands before its name, with a colon between.</summary>
    public SmallModel Node(
        string op, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Node(op, inputs, [output], attributes);

    /// <summary>A node of several outputs.</summary>
    public SmallModel Node(
        string op, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var domain = op.Contains(':', StringComparison.Ordinal) ? op[..op.IndexOf(':', StringComparison.Ordinal)] : "";
        var node = new NodeProto
        {
            OpType = op[(op.IndexOf(':', StringComparison.Ordinal) + 1)..],
            Domain = domain,
            Input = { inputs },
            Output = { outputs },
        };
        foreach (var (name, value) in attributes) node.Attribute.Add(Attribute(name, value));
        _graph.Node.Add(node);
        return this;
    }

    public string Write(string path)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            Graph = _graph,
        };
        foreach (var domain in _graph.Node.Select(node => node.Domain).Where(domain => domain.Length > 0).Distinct())
            model.OpsetImport.Add(
                new OperatorSetIdProto { Domain = domain, Version = domain == Operator.Microsoft ? 1 : 2 });
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long[] values => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } },
        string text => new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8(text),
        },
        string[] values => new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Strings,
            Strings = { values.Select(ByteString.CopyFromUtf8) },
        },
        _ => new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Int,
            I = Convert.ToInt64(value, null),
        },
    };
}

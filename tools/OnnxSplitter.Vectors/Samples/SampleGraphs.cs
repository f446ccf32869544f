using System.Buffers.Binary;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>The graphs of the vectors' models.</summary>
internal static class SampleGraphs
{
    private const int Width = 8;

    /// <summary>Two layers of float32.</summary>
    public static ModelProto Plain() => Model(new GraphProto
    {
        Name = "sample",
        Input = { Value("x", Width) },
        Output = { Value("y", 4) },
        Initializer = { Weights("dense1.weight", Width, 16), Weights("dense2.weight", 16, 4) },
        Node =
        {
            new NodeProto { OpType = "MatMul", Input = { "x", "dense1.weight" }, Output = { "a" } },
            new NodeProto { OpType = "Relu", Input = { "a" }, Output = { "b" } },
            new NodeProto { OpType = "MatMul", Input = { "b", "dense2.weight" }, Output = { "y" } },
        },
    });

    /// <summary>One layer of each other float type, of 8 x 3 weights.</summary>
    public static ModelProto Typed()
    {
        var graph = new GraphProto { Name = "types", Input = { Value("x", Width) } };
        foreach (var type in new[] { DataType.Float16, DataType.Bfloat16, DataType.Double })
        {
            var name = Name(type);
            graph.Initializer.Add(Random($"{name}.weight", type, type == DataType.Double ? 8 : 2));
            graph.Node.Add(new NodeProto
            {
                OpType = "Cast",
                Input = { "x" },
                Output = { $"{name}.x" },
                Attribute =
                {
                    new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)type },
                },
            });
            graph.Node.Add(new NodeProto
            {
                OpType = "MatMul",
                Input = { $"{name}.x", $"{name}.weight" },
                Output = { $"{name}.y" },
            });
            graph.Output.Add(Value($"{name}.y", 3, type));
        }

        return Model(graph);
    }

    private static ModelProto Model(GraphProto graph) => new()
    {
        IrVersion = 8,
        ProducerName = "OnnxSplitter",
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = graph,
    };

    private static string Name(DataType type) => type.ToString().ToLowerInvariant();

    /// <summary>An input or output of one row.</summary>
    public static ValueInfoProto Value(string name, long width, DataType type = DataType.Float) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)type,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimValue = 1 },
                        new TensorShapeProto.Types.Dimension { DimValue = width },
                    },
                },
            },
        },
    };

    private static TensorProto Weights(string name, int rows, int columns)
    {
        var bytes = new byte[rows * columns * sizeof(float)];
        for (var i = 0; i < rows * columns; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), MathF.Sin(i + rows) / 2);
        return new TensorProto
        {
            Name = name,
            DataType = (int)DataType.Float,
            Dims = { rows, columns },
            RawData = ByteString.CopyFrom(bytes),
        };
    }

    // Any bits will do; those of two bytes are small numbers.
    private static TensorProto Random(string name, DataType type, double size)
    {
        var bytes = new byte[(int)(Width * 3 * size)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(size >= 2 && i % (int)size == (int)size - 1 ? 0x3C : 17 * i + 5);
        return new TensorProto
        {
            Name = name,
            DataType = (int)type,
            Dims = { Width, 3 },
            RawData = ByteString.CopyFrom(bytes),
        };
    }
}

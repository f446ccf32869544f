using Google.Protobuf;
using Onnx;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Models whose ops multiply by weights in one or the other field.</summary>
internal static class WeightedModel
{
    public static ModelProto Model(params TensorProto[] weights)
    {
        var graph = new GraphProto { Name = "g", Initializer = { weights } };
        for (var i = 0; i < weights.Length; i++)
            graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", weights[i].Name }, Output = { $"y{i}" } });

        // The graph is the last field, so that a model cut off anywhere has lost a part of it.
        return new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = graph };
    }

    public static TensorProto Raw(string name, int count, Random random)
    {
        var data = new byte[4 * count];
        random.NextBytes(data);
        for (var i = 3; i < data.Length; i += 4) data[i] &= 0x3F;
        return new TensorProto
        {
            Name = name,
            Dims = { count },
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(data),
        };
    }

    public static TensorProto Packed(string name, int count, Random random) => new()
    {
        Name = name,
        Dims = { count },
        DataType = (int)TensorProto.Types.DataType.Float,
        FloatData = { Enumerable.Range(0, count).Select(_ => random.NextSingle()) },
    };
}

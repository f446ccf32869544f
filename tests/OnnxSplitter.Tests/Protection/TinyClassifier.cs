using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// A classifier that is searched in moments, [n, 16] -> Mul, MatMul, Mul, Add, Relu, MatMul -> [n, 4], and examples for
/// it,
/// without labels. A few of what it multiplies by and adds matter much, as in trained models.
/// </summary>
internal static class TinyClassifier
{
    private const int Inputs = 16;
    private const int Hidden = 24;
    private const int Classes = 4;

    // Of the biases: more than that of the sums that they are added to, so that turning some decides.
    private const float Spread = 6;

    public static string Write(string path)
    {
        var random = new SeededNormal(1);
        var graph = new GraphProto
        {
            Name = "tiny",
            Input = { Value("input", Inputs) },
            Output = { Value("scores", Classes) },
            Initializer =
            {
                Weights("first.weight", Inputs, Hidden, random), Weights("second.weight", Hidden, Classes, random),
                Weights("input.scale", 1, Inputs, random), Weights("hidden.scale", 1, Hidden, random),
                Weights("hidden.bias", 1, Hidden, random, Spread),
            },
            Node =
            {
                new NodeProto { OpType = "Mul", Input = { "input", "input.scale" }, Output = { "scaled" } },
                new NodeProto { OpType = "MatMul", Input = { "scaled", "first.weight" }, Output = { "products" } },
                new NodeProto { OpType = "Mul", Input = { "products", "hidden.scale" }, Output = { "unbiased" } },
                new NodeProto { OpType = "Add", Input = { "unbiased", "hidden.bias" }, Output = { "sums" } },
                new NodeProto { OpType = "Relu", Input = { "sums" }, Output = { "hidden" } },
                new NodeProto { OpType = "MatMul", Input = { "hidden", "second.weight" }, Output = { "scores" } },
            },
        };
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            Graph = graph,
        };
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    public static string WriteExamples(string path, int count)
    {
        var random = new SeededNormal(2);
        return NumpyFile.Write(path, ("input", "<f4", [count, Inputs], Draw(count * Inputs, random)));
    }

    private static byte[] Draw(int count, SeededNormal random, float spread = 1) =>
        NumpyFile.Bytes(Enumerable.Range(0, count).Select(_ => spread * random.Next()).ToArray());

    private static TensorProto Weights(
        string name, int rows, int columns, SeededNormal random, float spread = 1) => new()
        {
            Name = name,
            DataType = (int)DataType.Float,
            Dims = { rows, columns },
            RawData = ByteString.CopyFrom(Draw(rows * columns, random, spread)),
        };

    private static ValueInfoProto Value(string name, int width) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "n" },
                        new TensorShapeProto.Types.Dimension { DimValue = width },
                    },
                },
            },
        },
    };
}

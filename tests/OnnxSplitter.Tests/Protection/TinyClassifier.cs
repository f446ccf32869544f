using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// A classifier that is searched in moments, [n, 16] -> MatMul, Relu, MatMul -> [n, 4], and examples for it, without
/// labels.
/// </summary>
internal static class TinyClassifier
{
    private const int Inputs = 16;
    private const int Hidden = 24;
    private const int Classes = 4;

    public static string Write(string path)
    {
        var random = new SeededNormal(1);
        var graph = new GraphProto
        {
            Name = "tiny",
            Input = { Value("input", Inputs) },
            Output = { Value("scores", Classes) },
            Initializer =
            { Weights("first.weight", Inputs, Hidden, random), Weights("second.weight", Hidden, Classes, random) },
            Node =
            {
                new NodeProto { OpType = "MatMul", Input = { "input", "first.weight" }, Output = { "sums" } },
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

    private static byte[] Draw(int count, SeededNormal random) =>
        NumpyFile.Bytes(Enumerable.Range(0, count).Select(_ => random.Next()).ToArray());

    private static TensorProto Weights(string name, int rows, int columns, SeededNormal random) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { rows, columns },
        RawData = ByteString.CopyFrom(Draw(rows * columns, random)),
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

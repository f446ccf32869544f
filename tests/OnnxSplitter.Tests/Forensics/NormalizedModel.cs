using Google.Protobuf;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Tests.Protection;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Forensics;

/// <summary>
/// [n, 3, 8, 8] -> Conv, BatchNormalization, GlobalAveragePool -> [n, 32, 1, 1], with values as training leaves them.
/// </summary>
internal sealed class NormalizedModel
{
    private const int Channels = 32;

    public NormalizedModel()
    {
        var random = new SeededNormal(3);
        Kernel = Drawn(Channels * 27, random, 0, 0.2f);
        Scale = Drawn(Channels, random, 1, 0.15f);
        Mean = Drawn(Channels, random, 0, 0.5f);
        Variance = Drawn(Channels, random, 1, 0.1f);

        // A shift makes up for a scale and a mean, as in trained networks.
        Shift = [.. Scale.Zip(Mean, (scale, mean) => 1.2f - 0.5f * (scale - 1) + 0.4f * mean + 0.01f * random.Next())];
    }

    public float[] Kernel { get; }

    public float[] Scale { get; }

    public float[] Shift { get; }

    public float[] Mean { get; }

    public float[] Variance { get; }

    public string Write(string path)
    {
        var graph = new GraphProto
        {
            Name = "normalized",
            Input = { SmallModel.Value("x", DataType.Float, "n", 3, 8, 8) },
            Output = { SmallModel.Value("y", DataType.Float, "n", Channels, 1, 1) },
            Initializer =
            {
                Tensor("kernel", Kernel, Channels, 3, 3, 3), Tensor("scale", Scale, Channels),
                Tensor("shift", Shift, Channels), Tensor("mean", Mean, Channels),
                Tensor("variance", Variance, Channels),
            },
            Node =
            {
                new NodeProto { OpType = "Conv", Input = { "x", "kernel" }, Output = { "a" } },
                new NodeProto
                {
                    OpType = "BatchNormalization",
                    Input = { "a", "scale", "shift", "mean", "variance" },
                    Output = { "b" },
                },
                new NodeProto { OpType = "GlobalAveragePool", Input = { "b" }, Output = { "y" } },
            },
        };
        File.WriteAllBytes(path, new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            Graph = graph,
        }.ToByteArray());
        return path;
    }

    private static float[] Drawn(int count, SeededNormal random, float mean, float deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + deviation * random.Next())];

    private static TensorProto Tensor(string name, float[] values, params long[] dims) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { dims },
        RawData = ByteString.CopyFrom(NumpyFile.Bytes(values)),
    };
}

using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Benchmarks.Measuring;

/// <summary>
/// A model of any size with made-up weights: a chain of matrix products, its weights in one data file.
/// </summary>
internal static class LargeModel
{
    private const int Layers = 48;
    public const string DataFile = "weights.bin";

    // Both float32: keeps the sign and the fraction, and makes the magnitude that of weights, 1/128 to 1/64.
    private const uint SignAndFraction = 0x807F_FFFF;
    private const uint Exponent = 0x3C00_0000;

    /// <summary>Writes the model and its data file, a layer at a time.</summary>
    /// <param name="folder">Gets both files.</param>
    /// <param name="gigabytes">Size of the data file, at most; it is a little less, since matrices are square.</param>
    /// <returns>Path of the model.</returns>
    public static string Write(string folder, double gigabytes)
    {
        var width = (int)Math.Sqrt(gigabytes * (1L << 30) / Layers / sizeof(float));
        var graph = new GraphProto
        {
            Name = "large",
            Input = { Value("x0", width) },
            Output = { Value($"x{Layers}", width) },
        };
        var layer = new byte[(long)width * width * sizeof(float)];
        var random = new Random(0);
        using (var data = File.Create(Path.Combine(folder, DataFile)))
        {
            for (var i = 0; i < Layers; i++)
            {
                graph.Node.Add(new NodeProto
                {
                    OpType = "MatMul",
                    Input = { $"x{i}", $"w{i}" },
                    Output = { $"x{i + 1}" }
                });
                graph.Initializer.Add(new TensorProto
                {
                    Name = $"w{i}",
                    DataType = (int)Type.Float,
                    Dims = { width, width },
                    DataLocation = TensorProto.Types.DataLocation.External,
                    ExternalData =
                        { Entry("location", DataFile), Entry("offset", $"{data.Position}"),
                        Entry("length", $"{layer.Length}") },
                });
                random.NextBytes(layer);
                foreach (ref var value in MemoryMarshal.Cast<byte, uint>(layer.AsSpan())) value =
                    value & SignAndFraction | Exponent;
                data.Write(layer);
            }

            data.Flush(flushToDisk: true);
        }

        var path = Path.Combine(folder, "large.onnx");
        using var file = File.Create(path);
        new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }
            .WriteTo(file);
        return path;
    }

    private static ValueInfoProto Value(string name, int width)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = width });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType =
                new TypeProto.Types.Tensor { ElemType = (int)Type.Float, Shape = shape }
            },
        };
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}

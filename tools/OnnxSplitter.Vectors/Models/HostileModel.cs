using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Samples;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Models;

/// <summary>A model with one defect that a reader must refuse.</summary>
/// <param name="Name">File name without ending: the defect.</param>
/// <param name="Content">The file.</param>
internal sealed record HostileModel(string Name, byte[] Content)
{
    /// <summary>Name of the data file that lies beside the models, of <see cref="DataLength"/> bytes.</summary>
    public const string DataFile = "weights.bin";

    public const int DataLength = 128;

    private const int Rows = 16;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileModel> All { get; } =
        [.. LocationCases.All(), .. RangeCases.All(), .. TensorCases.All(), .. WireCases.All()];

    /// <summary>The usual weights, in the file.</summary>
    public static TensorProto Weights() => new()
    {
        Name = "w",
        DataType = (int)DataType.Float,
        Dims = { Rows, 1 },
        RawData = ByteString.CopyFrom(
            [.. Enumerable.Range(0, Rows * sizeof(float)).Select(i => (byte)(i % 4 == 3 ? 0x3D : i))]),
    };

    /// <summary>The usual weights, in a data file.</summary>
    public static TensorProto External(params (string Key, string Value)[] entries)
    {
        var tensor = Weights();
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in entries)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    /// <summary>A model that multiplies by a tensor.</summary>
    public static ModelProto Model(params TensorProto[] initializers) => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new GraphProto
        {
            Name = "g",
            Node = { new NodeProto { Name = "product", OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } },
            Initializer = { initializers },
        },
    };

    public static HostileModel Of(string name, ModelProto model) => new(name, UnpackedForm.Of(model));
}

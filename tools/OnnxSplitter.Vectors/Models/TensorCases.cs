using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Models;

/// <summary>
/// Tensors that are not what they say, and names that are made to do harm (CVE-2024-27319: one that is too long).
/// </summary>
internal static class TensorCases
{
    private static readonly string LongName = new('n', 1 << 16);

    public static IEnumerable<HostileModel> All() =>
    [
        One("dims-that-overflow", tensor => tensor.Dims[1] = 1L << 62),
        One("dims-that-overflow-in-a-product", tensor => tensor.Dims.Add([1L << 32, 1L << 32])),
        One("dims-that-overflow-in-bytes", tensor => tensor.Dims[1] = long.MaxValue / 16),
        One("dims-that-overflow-in-a-data-file", tensor =>
        {
            tensor.MergeFrom(HostileModel.External(("location", HostileModel.DataFile)));
            tensor.RawData = ByteString.Empty;
            tensor.Dims.Clear();
            tensor.Dims.Add([16, 1L << 62]);
        }),
        One("negative-dim", tensor => tensor.Dims[0] = -16),
        One("smallest-dim", tensor => tensor.Dims[0] = long.MinValue),
        One("values-too-short", tensor => tensor.RawData = ByteString.CopyFrom(new byte[63])),
        One("values-too-long", tensor => tensor.RawData = ByteString.CopyFrom(new byte[65])),
        One("values-missing", tensor => tensor.RawData = ByteString.Empty),
        One("values-twice", tensor => tensor.FloatData.Add(Enumerable.Repeat(1f, 16))),
        One("values-of-another-field", tensor =>
        {
            tensor.RawData = ByteString.Empty;
            tensor.Int64Data.Add(Enumerable.Repeat(1L, 16));
        }),
        One("unknown-type", tensor => tensor.DataType = 1 << 20),
        One("type-without-numbers", tensor => tensor.DataType = (int)DataType.String),
        One("numbers-too-many", tensor =>
        {
            tensor.RawData = ByteString.Empty;
            tensor.FloatData.Add(Enumerable.Repeat(1f, 17));
        }),
        HostileModel.Of("same-name-twice", HostileModel.Model(HostileModel.Weights(), HostileModel.Weights())),
        HostileModel.Of("no-weights", HostileModel.Model()),
        Renamed("long-name-without-values", LongName),
        Renamed("escape-sequence-in-a-name-of-a-tensor", "\u001b]0;title\u0007\u001b[2J"),
        Renamed("name-that-turns-text-around", "w\u202Egnp.exe"),
    ];

    private static HostileModel One(string name, Action<TensorProto> damage)
    {
        var tensor = HostileModel.Weights();
        damage(tensor);
        return HostileModel.Of(name, HostileModel.Model(tensor));
    }

    /// <summary>A tensor without values, whose name a message would tell.</summary>
    private static HostileModel Renamed(string file, string name)
    {
        var model = HostileModel.Model(HostileModel.Weights());
        model.Graph.Initializer[0].Name = name;
        model.Graph.Initializer[0].RawData = ByteString.Empty;
        model.Graph.Node[0].Input[1] = name;
        return HostileModel.Of(file, model);
    }
}

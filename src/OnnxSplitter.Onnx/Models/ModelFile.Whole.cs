using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Models;

/// <content>All of a model in memory.</content>
public sealed partial class ModelFile
{
    // Smaller ones may be shapes, scales and other numbers that are looked at one by one.
    private const long LeastMapped = 1 << 14;

    /// <summary>
    /// The whole model, weights included, with the values of data files inside, nodes in an order in which they can be
    /// run.
    /// </summary>
    /// <param name="largeOutside">
    /// Whether initializers of the main graph that are large, and of a type that ONNX Runtime maps from a data file as
    /// it is (float32, int8, uint8), stay there.
    /// </param>
    /// <exception cref="ModelFormatException">
    /// Not readable, or larger than a protobuf message can be (2 GB).
    /// </exception>
    public ModelProto ParseWhole(bool largeOutside = false)
    {
        try
        {
            using var stream = OpenPart("");
            var model = ModelProto.Parser.ParseFrom(stream);
            var outside = model.Graph.Initializer.Where(tensor => largeOutside && IsMapped(tensor)
                && !(tensor.DataLocation == TensorProto.Types.DataLocation.External && DataOf(tensor).File.IsElsewhere))
                .ToHashSet<TensorProto>(ReferenceEqualityComparer.Instance);
            TensorProto[] inside =
            [
                .. TensorWalk.All(model).Where(tensor =>
                    tensor.DataLocation == TensorProto.Types.DataLocation.External && !outside.Contains(tensor)),
            ];
            var total = Length + inside.Sum(tensor => DataOf(tensor).Length);
            if (total > int.MaxValue)
                throw new ModelFormatException(
                    $"{FilePath} has {total} bytes that have to be in memory; at most {int.MaxValue} (2 GB) can be "
                    + "searched.",
                    "Export it with float32 weights in data files, or protect it with NoEvaluation, which holds "
                    + "nothing in memory.")
                {
                    Properties = ["NoEvaluation"],
                };
            foreach (var tensor in inside) Inline(tensor);
            NodeOrder.Sort(model);
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw WireReader.Malformed("it can't be parsed", e).Of(FilePath);
        }
    }

    private static bool IsMapped(TensorProto tensor) =>
        (TensorProto.Types.DataType)tensor.DataType
            is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Uint8
        && ExternalData.LengthOf(tensor) >= LeastMapped;

    private ExternalData DataOf(TensorProto tensor) => _parts.Folder is { } folder
        ? ExternalData.Of(tensor, folder, ExternalData.LengthOf(tensor))
        : throw WireReader.Malformed("in memory, it has data files");

    private void Inline(TensorProto tensor)
    {
        var data = DataOf(tensor);
        using var stream = OpenPart(data.File.Name);
        stream.Position = data.Offset;
        var bytes = new byte[data.Length];
        stream.ReadExactly(bytes);
        ExternalData.Replace(tensor, bytes);
    }
}

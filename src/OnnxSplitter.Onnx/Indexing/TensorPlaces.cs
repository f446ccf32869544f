using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>Says where the elements of a tensor lie, and checks that there are as many as its shape asks for.</summary>
/// <param name="folder">Where data files are; null if that is not known.</param>
internal sealed class TensorPlaces(DataFolder? folder)
{
    /// <summary>Finds a tensor's elements.</summary>
    /// <param name="tensor">The tensor, perhaps without values.</param>
    /// <param name="site">Where the file has its values.</param>
    /// <param name="path">Its path.</param>
    /// <param name="reason">Why they can't be used, where they can't, as the end of a sentence.</param>
    /// <exception cref="ModelFormatException">There are more or fewer than its shape asks for.</exception>
    public StoredTensor? Find(TensorProto tensor, TensorDataSite site, string path, out string reason)
    {
        reason = "";
        var count = TensorShape.CountOf(tensor, path);
        if (ElementType.Of(tensor.DataType) is not { } type)
            reason = $"its type {ElementType.NameOf(tensor.DataType)} is not supported";
        else if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            if (folder is not null)
                return new StoredTensor(path, type, [.. tensor.Dims],
                    External(tensor, folder, type.PackedLength(count), count));
            reason = "it lies in external data";
        }
        else if (site.Scattered) reason = "its values are not stored in one piece";
        else if (site.Field == TensorFields.Int32Data && type.BitWidth < 8)
            reason = "its 4-bit values lie in int32_data";
        else if (site.Field == TensorFields.Int32Data && type.BitWidth <= 16 && !site.HoldsNumbersOf(type))
            reason = "numbers in its int32_data are out of its type's range, or longer than need be";
        else return new StoredTensor(path, type, [.. tensor.Dims], Inline(site, type, count, path));
        return null;
    }

    private static TensorStorage External(TensorProto tensor, DataFolder folder, long length, long count)
    {
        var data = ExternalData.Of(tensor, folder, length);
        return new TensorStorage(data.File.Name,
            [new StoragePart(StorageForm.Packed, data.Offset, data.Length, count)]);
    }

    private static TensorStorage Inline(TensorDataSite site, ElementType type, long count, string path)
    {
        // Which field holds what type: onnx.proto, TensorProto.
        var field = type.DataType switch
        {
            DataType.Float => TensorFields.FloatData,
            DataType.Double => TensorFields.DoubleData,
            _ => TensorFields.Int32Data,
        };
        var isList = site.Field == TensorFields.FloatsAttribute && type == ElementType.Float32;
        if (site.Field != field && site.Field != TensorFields.RawData && !isList)
            throw WireReader.Malformed($"tensor {path} has no {type} values");
        var size = type.PackedLength(1);
        var varints = site.Field == TensorFields.Int32Data;
        var (stored, wanted) = varints
            ? (site.Parts.Sum(part => part.Numbers), count)
            : (site.Parts.Sum(part => part.Form == StorageForm.Tagged ? part.Numbers * size : part.Length),
                type.PackedLength(count));
        if (stored != wanted)
            throw WireReader.Malformed(varints
                ? $"tensor {path} has {stored} numbers instead of {wanted}"
                : $"tensor {path} has {stored} bytes for {count} {type} values");
        if (!varints && site.Parts.Any(part => part.Form == StorageForm.Packed && part.Length % size != 0))
            throw WireReader.Malformed($"a value of tensor {path} is cut in two");
        return new TensorStorage("", site.Parts);
    }
}

using System.Buffers;
using Google.Protobuf;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Structure;

/// <summary>Notes where a tensor's values lie, and copies what else it says.</summary>
/// <param name="reader">The model.</param>
/// <param name="copy">Copies fields of the same reader.</param>
internal sealed class TensorReader(WireReader reader, MessageCopy copy)
{
    /// <summary>Values up to this many bytes stay in the structure: shapes, axes, scalars.</summary>
    public const int KeptData = 1024;

    /// <summary>Copies a tensor, without its values if there are many.</summary>
    public TensorDataSite Read(long end, ArrayBufferWriter<byte> output)
    {
        var site = new TensorDataSite();
        var values = new ArrayBufferWriter<byte>();
        while (reader.Position < end)
        {
            var start = reader.Position;
            var (field, type) = reader.ReadTag(end);
            if (!TensorFields.HoldsValues(field))
            {
                if (type != WireFormat.WireType.LengthDelimited) copy.Scalar(field, type, end, output);
                else copy.Field(field, reader.ReadEnd(end), output);
            }
            else if (type == WireFormat.WireType.LengthDelimited)
            {
                var inner = reader.ReadEnd(end);
                site.Add(field, Packed(site, field, inner));
                if (site.Length <= KeptData) copy.Field(field, inner, values);
                else reader.Seek(inner);
            }
            else
            {
                var number = copy.Scalar(field, type, end, site.Length <= KeptData ? values : null);
                if (field == TensorFields.Int32Data && type == WireFormat.WireType.Varint)
                    site.AddNumber(number, reader.Position - start - reader.TagLength);
                NoteTagged(site, field, type, start);
            }
        }

        if (site.Length <= KeptData) output.Write(values.WrittenSpan);
        return site;
    }

    /// <summary>Numbers from here to <paramref name="inner"/>; the position stays.</summary>
    public StoragePart Packed(TensorDataSite site, int field, long inner)
    {
        var start = reader.Position;
        if (field != TensorFields.Int32Data)
            return new StoragePart(StorageForm.Packed, start, inner - start, 0);
        var numbers = reader.ReadVarints(inner, (number, length) => site.AddNumber(number, length));
        reader.Seek(start);
        return new StoragePart(StorageForm.Varints, start, inner - start, numbers);
    }

    /// <summary>Notes a number that was just read, of a list without packing.</summary>
    public void NoteTagged(TensorDataSite site, int field, WireFormat.WireType type, long start)
    {
        var form = (field, type) switch
        {
            (TensorFields.FloatData or TensorFields.FloatsAttribute, WireFormat.WireType.Fixed32) => StorageForm.Tagged,
            (TensorFields.DoubleData, WireFormat.WireType.Fixed64) => StorageForm.Tagged,
            (TensorFields.Int32Data, WireFormat.WireType.Varint) => StorageForm.TaggedVarints,
            _ => default(StorageForm?),
        };
        if (form is { } known && reader.TagLength == 1)
            site.Add(field, new StoragePart(known, start, reader.Position - start, 1));
        else site.Scatter();
    }
}

using Google.Protobuf;
using Onnx;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>
/// Walks a payload's wire format (protobuf.dev/programming-guides/encoding) before it is parsed: objects are made of no
/// more messages and numbers than secrets can have, and of no fields that they never have.
/// </summary>
internal static class PayloadBounds
{
    /// <summary>Most touched tensors.</summary>
    public const int MaxTensors = 1 << 16;

    /// <summary>Most files of a model.</summary>
    public const int MaxFiles = 1 << 16;

    /// <summary>Most dims of a tensor.</summary>
    public const int MaxRank = 64;

    private const int TypeBits = 3;

    private static readonly Message Entry = new()
    {
        [StringStringEntryProto.KeyFieldNumber] = Bytes,
        [StringStringEntryProto.ValueFieldNumber] = Bytes,
    };

    private static readonly Message OperatorSet = new()
    {
        [OperatorSetIdProto.DomainFieldNumber] = Bytes,
        [OperatorSetIdProto.VersionFieldNumber] = Number(),
    };

    private static readonly Message Tensor = new()
    {
        [TensorProto.DimsFieldNumber] = Number(MaxRank),
        [TensorProto.DataTypeFieldNumber] = Number(),
        [TensorProto.NameFieldNumber] = Bytes,
        [TensorProto.RawDataFieldNumber] = Bytes,
    };

    private static readonly Message SparseTensor = new()
    {
        [SparseTensorProto.ValuesFieldNumber] = Of(Tensor),
        [SparseTensorProto.IndicesFieldNumber] = Of(Tensor),
        [SparseTensorProto.DimsFieldNumber] = Number(MaxRank),
    };

    private static readonly Message Graph = new()
    {
        [GraphProto.NameFieldNumber] = Bytes,
        [GraphProto.InitializerFieldNumber] = Of(Tensor, MaxTensors + 1),
        [GraphProto.SparseInitializerFieldNumber] = Of(SparseTensor, MaxTensors),
    };

    private static readonly Message Model = new()
    {
        [ModelProto.IrVersionFieldNumber] = Number(),
        [ModelProto.ProducerNameFieldNumber] = Bytes,
        [ModelProto.ProducerVersionFieldNumber] = Bytes,
        [ModelProto.GraphFieldNumber] = Of(Graph),
        [ModelProto.OpsetImportFieldNumber] = Of(OperatorSet),
        [ModelProto.MetadataPropsFieldNumber] = Of(
            Entry, SecretsMetadata.GeneralEntries + SecretsMetadata.MostEntriesPerFile * MaxFiles),
    };

    private static Field Bytes => new(WireFormat.WireType.LengthDelimited, 1, Content: null);

    /// <summary>Throws for a payload that is out of bounds.</summary>
    /// <exception cref="FormatException">It is, or it is cut.</exception>
    public static void Check(ReadOnlySpan<byte> payload) => Check(payload, Model);

    private static void Check(ReadOnlySpan<byte> bytes, Message message)
    {
        var counts = new Dictionary<long, int>();
        while (!bytes.IsEmpty)
        {
            var tag = Varint.Read(ref bytes);
            var number = tag >> TypeBits;
            if (!message.TryGetValue(number, out var field) || tag != (number << TypeBits | (long)field.Type))
                throw new FormatException($"There is a field {number}.");
            counts[number] = counts.GetValueOrDefault(number) + 1;
            if (counts[number] > field.Most) throw new FormatException($"There are too many fields {number}.");
            var value = Varint.Read(ref bytes);
            if (field.Type == WireFormat.WireType.Varint) continue;
            if (value > bytes.Length) throw new FormatException("A field is longer than what holds it.");
            if (field.Content is not null) Check(bytes[..(int)value], field.Content);
            bytes = bytes[(int)value..];
        }
    }

    private static Field Number(int most = 1) => new(WireFormat.WireType.Varint, most, Content: null);

    private static Field Of(Message content, int most = 1) => new(WireFormat.WireType.LengthDelimited, most, content);

    private sealed class Message : Dictionary<long, Field>;

    private sealed record Field(WireFormat.WireType Type, int Most, Message? Content);
}

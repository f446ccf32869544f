using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Good envelopes whose payload is not the one encoding of some compact secrets.</summary>
internal static class CompactCases
{
    public static IEnumerable<Vector> Of(Workshop shop)
    {
        var model = shop.Model;
        yield return new(Payload, "compact-with-certificate",
            "compact secrets, but the vendor's certificate is in the file",
            () => shop.Of(model.CompactPayload));
        yield return new(Payload, "ordinary-without-certificate", "ordinary secrets, but no certificate is in the file",
            () => shop.Of(model.Payload, compact: true));
        yield return Defect("compact-not-a-number", "the value is NaN", m =>
            Value(m).RawData = ByteString.CopyFrom(0, 0, 0xC0, 0x7F));
        yield return Defect("compact-no-value", "no value", m => m.Graph.Initializer.RemoveAt(0));
        yield return Defect("compact-value-of-integers", "the value is an integer", m =>
            Value(m).DataType = (int)DataType.Int32);
        yield return Defect("compact-no-tensors", "no tensor", m =>
        {
            while (m.Graph.Initializer.Count > 1) m.Graph.Initializer.RemoveAt(1);
        });
        yield return Defect("compact-long-number", "an index in more bytes than it needs", m =>
            Bytes(m, 2, 8, 16, 0x83, 0x00));
        yield return Defect("compact-index-outside", "an index one beyond the tensor", m =>
            Bytes(m, 2, 8, 16, 0x80, 0x01));
        yield return Defect("compact-cut-number", "the last number is cut", m => Bytes(m, 2, 8, 16, 3, 0x80));
        yield return Defect("compact-huge-rank", "a rank beyond all bounds", m =>
            Bytes(m, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 3));
        yield return Defect("compact-overflowing-indices", "indices whose sum overflows", m => Bytes(
            m, [1, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F, 0]));
        yield return Defect("compact-no-restored-digest", "no digest of what restoring gives",
            m => m.MetadataProps.Remove(PayloadCases.Entry(m, "file.0.sha256.restored")));

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Payload, name, comment, () => shop.Of(model.CompactWith(damage), compact: true));
    }

    private static TensorProto Value(ModelProto model) => model.Graph.Initializer[0];

    private static void Bytes(ModelProto model, params byte[] bytes)
    {
        model.Graph.Initializer[1].RawData = ByteString.CopyFrom(bytes);
        model.Graph.Initializer[1].Dims[0] = bytes.Length;
    }
}

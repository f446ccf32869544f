using Onnx;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Keyed secrets: such as open, and good envelopes whose payload is not the one encoding of some.</summary>
internal static class KeyedCases
{
    private const int Key = 0;
    private const int Rules = 1;
    private const int Tensors = 2;
    private const int Thresholds = 3;

    public static IEnumerable<Vector> Of(Workshop shop) => [.. Good(shop), .. Hostile(shop), .. Others(shop)];

    private static IEnumerable<Vector> Good(Workshop shop)
    {
        yield return new(Success, "keyed", "a key that changes mantissas and places, in part by magnitude",
            () => shop.Of(shop.Keyed.Payload))
        { Model = Vector.KeyedSuffix };
    }

    private static IEnumerable<Vector> Hostile(Workshop shop)
    {
        yield return Bytes("short-key", "a key of 31 bytes", Key, key => key[1..]);
        yield return Bytes("long-key", "a key of 33 bytes", Key, key => [.. key, 0]);
        yield return Bytes("no-rule", "no rule", Rules, _ => [0]);
        yield return Bytes("unknown-rule", "a rule of the future", Rules, _ => [8 | 2]);
        yield return Bytes("sign-and-mantissa", "two rules that do not go together", Rules, _ => [1 | 2]);
        yield return Bytes("two-bytes-of-rules", "the rules in two bytes", Rules, rules => [.. rules, 0]);
        yield return Bytes("no-tensors", "no run of tensors", Tensors, _ => []);
        yield return Bytes("nothing-changed", "a run of tensors that stay, alone", Tensors, _ => [3]);
        yield return Bytes("unchanged-end", "a last run of tensors that stay", Tensors, runs => [.. runs, 1]);
        yield return Bytes("empty-run", "a run of none between two", Tensors, _ => [0, 1, 0, 1]);
        yield return Bytes("long-run", "a run of 65 537 tensors", Tensors, _ => [0, 0x81, 0x80, 0x04]);
        yield return Bytes("gigantic-run", "a run of the largest number", Tensors,
            _ => [0, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F]);
        yield return Bytes("runs-beyond-all", "runs that are together longer than there may be tensors", Tensors,
            _ => [0xFF, 0xFF, 0x03, 0x01, 0x01, 0x01]);
        yield return Bytes("too-many-runs", "more runs than there may be tensors", Tensors,
            _ => [.. Enumerable.Repeat((byte)1, (1 << 16) + 2)]);
        yield return Bytes("long-number", "a run in more bytes than it needs", Tensors, runs =>
            [(byte)(runs[0] | 0x80), 0, .. runs[1..]]);
        yield return Bytes("cut-number", "the last run is cut", Tensors, runs => [.. runs[..^1], 0x80]);
        yield return Bytes("fewer-thresholds", "a threshold is missing", Thresholds, numbers => numbers[1..]);
        yield return Bytes("huge-threshold", "a threshold beyond all classes", Thresholds,
            numbers => [0x80, 0x80, 0x02, .. numbers[1..]]);
        yield return Bytes("thresholds-of-zero", "thresholds that leave nothing out", Thresholds,
            numbers => [.. numbers.Where(IsLast).Select(_ => (byte)0)]);
        yield return Defect("fifth-initializer", "one more initializer", model =>
            model.Graph.Initializer.Add(model.Graph.Initializer[Key].Clone()));
        yield return Defect("no-key", "no key", model => model.Graph.Initializer.RemoveAt(Key));
        yield return Defect("other-name", "the key under another name",
            model => model.Graph.Initializer[Key].Name = "k");
        yield return Defect("sparse", "a sparse tensor besides",
            model => model.Graph.SparseInitializer.Add(
                ModelProto.Parser.ParseFrom(shop.Model.Payload).Graph.SparseInitializer[0]));
        yield return Defect("format-4", "a format of the future",
            model => PayloadCases.Entry(model, "format").Value = "4");
        yield return Defect("format-03", "the format with a leading zero",
            model => PayloadCases.Entry(model, "format").Value = "03");
        yield return new(Payload, "keyed-without-certificate", "keyed secrets, but no certificate is in the file",
            () => shop.Of(shop.Keyed.Payload, compact: true))
        { Model = Vector.KeyedSuffix };

        Vector Bytes(string name, string comment, int initializer, Func<byte[], byte[]> change) =>
            new(Payload, $"keyed-{name}", comment, () => shop.Of(shop.Keyed.With(initializer, change)))
            {
                Model = Vector.KeyedSuffix,
            };

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Payload, $"keyed-{name}", comment, () => shop.Of(shop.Keyed.With(damage)))
            {
                Model = Vector.KeyedSuffix,
            };
    }

    private static IEnumerable<Vector> Others(Workshop shop)
    {
        yield return new(Digest, "keyed-other-key", "another key", () => shop.Of(shop.Keyed.With(Key, key =>
            [.. key[..^1], (byte)(key[^1] ^ 1)])))
        { Model = Vector.KeyedSuffix };
        yield return new(Digest, "keyed-more-tensors", "more tensors than the model has",
            () => shop.Of(shop.Keyed.With(model =>
            {
                model.Graph.Initializer.RemoveAt(Thresholds);
                var runs = model.Graph.Initializer[Tensors];
                (runs.RawData, runs.Dims[0]) = (Google.Protobuf.ByteString.CopyFrom(0, 0x80, 0x80, 0x04), 4);
            })))
        { Model = Vector.KeyedSuffix };
        yield return new(Digest, "keyed-threshold-of-codes", "thresholds for tensors of codes",
            () => shop.Of(shop.Keyed.With(Thresholds, numbers => [.. numbers.Where(IsLast).Select(_ => (byte)1)])))
        { Model = Vector.KeyedSuffix };
    }

    // The last byte of a varint.
    private static bool IsLast(byte digit) => digit < 0x80;
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Good envelopes whose payload is not the one encoding of some secrets.</summary>
internal static class PayloadCases
{
    public static IEnumerable<Vector> Of(Workshop shop) =>
        [.. Ciphertexts(shop), .. Encodings(shop), .. Metadata(shop), .. Tensors(shop), .. Indices(shop)];

    private static IEnumerable<Vector> Ciphertexts(Workshop shop)
    {
        yield return new(Payload, "padding", "the last block decrypts to bad padding",
            () => shop.Sign((shop.Enveloped with { Ciphertext = c => IdentityCases.Flip(c, c.Length - 17) }).Encode()));
        yield return new(Payload, "random-ciphertext", "the ciphertext is random",
            () => shop.Sign((shop.Enveloped with { Ciphertext = c => RandomNumberGenerator.GetBytes(c.Length) })
                .Encode()));
        yield return new(Payload, "altered-block", "one bit of the ciphertext differs",
            () => shop.Sign((shop.Enveloped with { Ciphertext = c => IdentityCases.Flip(c, 40) }).Encode()));
        yield return new(Payload, "empty", "an empty payload", () => shop.Of([]));
        yield return new(Payload, "text", "not protobuf", () => shop.Of("hello"u8.ToArray()));
    }

    private static IEnumerable<Vector> Encodings(Workshop shop)
    {
        var payload = shop.Model.Payload;
        yield return new(Payload, "trailing-byte", "one more byte", () => shop.Of([.. payload, 0]));
        yield return new(Payload, "cut", "the last byte is missing", () => shop.Of(payload[..^1]));
        yield return new(Payload, "unknown-field", "a field that ONNX does not have", () =>
            shop.Of([.. payload, 0x98, 0x06, 0x01]));
        yield return new(Payload, "long-varint", "the IR version in two bytes", () =>
            shop.Of([0x08, 0x8A, 0x00, .. payload[2..]]));
        yield return new(Payload, "field-order", "the same fields in another order", () =>
            shop.Of([.. payload[2..], .. payload[..2]]));
        yield return new(Payload, "field-twice", "the IR version twice", () => shop.Of([.. payload[..2], .. payload]));
        yield return new(Payload, "gigabyte", "a graph whose length says 1 GB",
            () => shop.Of([.. payload, 0x3A, 0x80, 0x80, 0x80, 0x80, 0x04]));
        yield return Defect("doc-string", "a description of the model", model => model.DocString = "x");
        yield return Defect("node", "a node in the graph", model =>
            model.Graph.Node.Add(new NodeProto { OpType = "Add" }));
        yield return Defect("initializer", "an ordinary initializer", model =>
            model.Graph.Initializer.Add(new TensorProto { Name = "x" }));
        yield return Defect("no-graph", "no graph", model => model.Graph = null);
        yield return Defect("ir-version", "another IR version", model => model.IrVersion = 9);
        yield return Defect("opset", "another opset", model => model.OpsetImport[0].Version = 20);
        yield return Defect("producer", "another producer", model => model.ProducerName = "x");

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Payload, name, comment, () => shop.Of(shop.Model.With(damage)));
    }

    private static IEnumerable<Vector> Metadata(Workshop shop)
    {
        yield return Defect("format-3", "a format of the future", model => Entry(model, "format").Value = "3");
        yield return Defect("no-format", "no format", model => model.MetadataProps.Remove(Entry(model, "format")));
        yield return Defect("no-strategy", "no strategy", model =>
            model.MetadataProps.Remove(Entry(model, "strategy")));
        yield return Defect("unknown-entry", "an entry that the format does not have",
            model => model.MetadataProps.Add(new StringStringEntryProto { Key = "onnxsplitter.x", Value = "y" }));
        yield return Defect("entry-twice", "the strategy twice", model =>
            model.MetadataProps.Add(Entry(model, "strategy").Clone()));
        yield return Defect("entry-order", "the entries in another order",
            model => (model.MetadataProps[1], model.MetadataProps[2]) =
                (model.MetadataProps[2], model.MetadataProps[1]));
        yield return Defect("local-time", "the creation time is not UTC", model =>
            Entry(model, "created").Value = "2026-01-02T03:04:05+01:00");
        yield return Defect("no-such-day", "a creation time on 30 February", model =>
            Entry(model, "created").Value = "2026-02-30T03:04:05Z");
        yield return Defect("no-file", "no file", model =>
        {
            foreach (var key in new[] { "name", "length", "sha256.obfuscated", "sha256.original" })
                model.MetadataProps.Remove(Entry(model, $"file.0.{key}"));
        });
        yield return Defect("file-in-a-folder", "a file name that leads out of the folder", model =>
            Entry(model, "file.0.name").Value = "../x.onnx");
        yield return Defect("file-without-a-name", "an empty file name", model =>
            Entry(model, "file.0.name").Value = "");
        yield return Defect("negative-length", "a file of -1 bytes", model =>
            Entry(model, "file.0.length").Value = "-1");
        yield return Defect("length-with-zero", "a length with a leading zero",
            model => Entry(model, "file.0.length").Value = "0" + Entry(model, "file.0.length").Value);
        yield return Defect("digest-in-capitals", "a digest in capitals",
            model => Entry(model, "file.0.sha256.original").Value =
                Entry(model, "file.0.sha256.original").Value.ToUpperInvariant());
        yield return Defect("short-digest", "a digest of 31 bytes",
            model => Entry(model, "file.0.sha256.original").Value = Entry(model, "file.0.sha256.original").Value[..62]);

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Payload, name, comment, () => shop.Of(shop.Model.With(damage)));
    }

    private static IEnumerable<Vector> Tensors(Workshop shop)
    {
        yield return Defect("no-changes", "no tensor", model => model.Graph.SparseInitializer.Clear());
        yield return Defect("tensor-of-no-changes", "a tensor without a weight", model =>
        {
            foreach (var part in new[] { First(model).Values, First(model).Indices })
                (part.RawData, part.Dims[0]) = (ByteString.Empty, 0);
        });
        yield return Defect("tensor-twice", "a tensor twice",
            model => model.Graph.SparseInitializer.Insert(0, First(model).Clone()));
        yield return Defect("unsorted-tensors", "the tensors in another order", model =>
        {
            var sparse = model.Graph.SparseInitializer;
            (sparse[0], sparse[1]) = (sparse[1], sparse[0]);
        });
        yield return Defect("no-path", "a tensor without a path", model => First(model).Values.Name = "");
        yield return Defect("no-values", "a tensor without values", model => First(model).Values = null);
        yield return Defect("no-indices", "a tensor without indices", model => First(model).Indices = null);
        yield return Defect("wrong-type", "values of type complex64", model =>
            First(model).Values.DataType = (int)DataType.Complex64);
        yield return Defect("index-type", "indices of type int32", model =>
            First(model).Indices.DataType = (int)DataType.Int32);
        yield return Defect("external-data", "values that are said to lie in a file", model =>
            First(model).Values.ExternalData.Add(
            new StringStringEntryProto { Key = "location", Value = "/etc/passwd" }));
        yield return Defect("float-data", "values in float_data instead of raw_data", model =>
        {
            First(model).Values.FloatData.Add([1, 2, 3]);
            First(model).Values.RawData = ByteString.Empty;
        });
        yield return Defect("negative-dim", "a negative dim", model => First(model).Dims[0] = -1);
        yield return Defect("overflowing-dims", "dims whose product overflows", model =>
            First(model).Dims[0] = long.MaxValue);
        yield return Defect("rank-65", "more dims than tensors have", model =>
            First(model).Dims.Add(Enumerable.Repeat(1L, 63)));
        yield return Defect("65537-tensors", "more tensors than models have", model =>
            model.Graph.SparseInitializer.Add(
            Enumerable.Repeat(new SparseTensorProto(), (1 << 16) - 1)));

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Payload, name, comment, () => shop.Of(shop.Model.With(damage)));
    }

    private static IEnumerable<Vector> Indices(Workshop shop)
    {
        yield return Defect("index-out-of-range", "an index one beyond the tensor", 1, 8 * 16);
        yield return Defect("huge-index", "the largest index", 1, long.MaxValue);
        yield return Defect("negative-index", "a negative index", -1, 5);
        yield return Defect("duplicate-index", "an index twice", 5, 5);
        yield return Defect("unsorted-indices", "indices that descend", 9, 5);
        yield return new(Payload, "fewer-indices-than-values", "an index is missing", () => shop.Of(shop.Model.With(
            model => First(model).Indices.RawData = Encode(1))));
        yield return new(Payload, "part-of-a-value", "the values are not whole", () => shop.Of(shop.Model.With(
            model => First(model).Values.RawData = ByteString.CopyFrom(First(model).Values.RawData.Span[1..]))));
        yield return new(Payload, "more-values-than-dims-say", "the values' own dims are too small",
            () => shop.Of(shop.Model.With(model => First(model).Values.Dims[0] = 1)));

        Vector Defect(string name, string comment, params long[] indices) => new(
            Payload, name, comment, () => shop.Of(shop.Model.With(model =>
            {
                var sparse = First(model);
                sparse.Values.RawData =
                    ByteString.CopyFrom(sparse.Values.RawData.Span[..(indices.Length * sizeof(float))]);
                sparse.Indices.RawData = Encode(indices);
                (sparse.Values.Dims[0], sparse.Indices.Dims[0]) = (indices.Length, indices.Length);
            })));
    }

    private static ByteString Encode(params long[] indices)
    {
        var bytes = new byte[indices.Length * sizeof(long)];
        for (var i = 0; i < indices.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), indices[i]);
        return ByteString.CopyFrom(bytes);
    }

    public static StringStringEntryProto Entry(ModelProto model, string key) =>
        model.MetadataProps.Single(entry => entry.Key == "onnxsplitter." + key);

    public static SparseTensorProto First(ModelProto model) => model.Graph.SparseInitializer[0];
}

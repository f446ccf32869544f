using System.Globalization;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Cases.PayloadCases;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Secrets that open, but do not belong to the model, or do not give what they say.</summary>
internal static class DigestCases
{
    public static IEnumerable<Vector> Of(Workshop shop)
    {
        yield return Defect("other-model", "the obfuscated model's digest is another",
            model => Entry(model, "file.0.sha256.obfuscated").Value = new string('a', 64));
        yield return Defect("other-length", "the model's length is another", model =>
            Entry(model, "file.0.length").Value =
                (long.Parse(Entry(model, "file.0.length").Value, CultureInfo.InvariantCulture) + 1)
                    .ToString(CultureInfo.InvariantCulture));
        yield return Defect("other-original", "the original's digest is another, so restoring does not give it",
            model => Entry(model, "file.0.sha256.original").Value = new string('b', 64));
        yield return Defect("other-value", "one bit of a value is another", model =>
        {
            var bytes = First(model).Values.RawData.ToByteArray();
            bytes[1] ^= 1;
            First(model).Values.RawData = ByteString.CopyFrom(bytes);
        });
        yield return Defect("one-change-missing", "one tensor's changes are missing",
            model => model.Graph.SparseInitializer.RemoveAt(1));
        yield return Defect("tensor-missing", "a tensor that the model does not have",
            model => First(model).Values.Name = "dense0.weight");
        yield return Defect("tensor-that-is-no-weight", "the model's input is no weight tensor",
            model => model.Graph.SparseInitializer[1].Values.Name = "x");
        yield return Defect("dims-differ", "the same number of weights in another shape",
            model => (First(model).Dims[0], First(model).Dims[1]) = (16, 8));
        yield return Defect("rank-differs", "the same number of weights in one dim",
            model => { First(model).Dims.Clear(); First(model).Dims.Add(128); });
        yield return new(Digest, "compact-other-value", "compact: the value is another", () => shop.Of(
            shop.Model.CompactWith(model => model.Graph.Initializer[0].RawData = ByteString.CopyFrom(0, 0, 0x80, 0x3F)),
            compact: true));

        Vector Defect(string name, string comment, Action<ModelProto> damage) =>
            new(Digest, name, comment, () => shop.Of(shop.Model.With(damage)));
    }
}

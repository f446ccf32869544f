using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Weights of other types than float32.</summary>
internal static class TypeCases
{
    public static IEnumerable<Vector> Of(Workshop shop)
    {
        yield return new(Success, "types", "weights of float16, bfloat16 and float64", () => Seal(shop.Typed.Payload))
        { Model = Vector.TypedSuffix };
        yield return new(Digest, "type-differs", "bfloat16 for a tensor of float16",
            () => Seal(shop.Typed.With(model => model.Graph.SparseInitializer
                .Single(sparse => sparse.Values.DataType == (int)DataType.Float16).Values.DataType =
                    (int)DataType.Bfloat16)))
        { Model = Vector.TypedSuffix };

        byte[] Seal(byte[] payload) =>
            shop.Sign(new Enveloped(payload) { Recipients = [new Recipient(shop.Keys.Alice)] }.Encode());
    }
}

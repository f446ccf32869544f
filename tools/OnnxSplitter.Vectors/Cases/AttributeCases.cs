using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Weights in attributes of nodes.</summary>
internal static class AttributeCases
{
    public static IEnumerable<Vector> Of(Workshop shop)
    {
        yield return new(Success, "attributes", "weights in a list of floats and in a tensor of nodes' attributes",
            () => shop.Of(shop.Attributes.Payload))
        { Model = Vector.AttributesSuffix };
        yield return new(Digest, "attribute-not-there", "a list of a node that has none of that name",
            () => shop.Of(shop.Attributes.With(model => model.Graph.SparseInitializer[0].Values.Name =
                "LinearRegressor_0/coefficientz")))
        { Model = Vector.AttributesSuffix };
    }
}

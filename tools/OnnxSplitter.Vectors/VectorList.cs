using OnnxSplitter.Vectors.Cases;
using OnnxSplitter.Vectors.Samples;

namespace OnnxSplitter.Vectors;

/// <summary>All vectors.</summary>
internal static class VectorList
{
    public static IReadOnlyList<Vector> All(Workshop shop) =>
    [
        .. SuccessCases.Of(shop), .. IdentityCases.Of(shop), .. SignatureCases.Of(shop), .. EnvelopeCases.Of(shop),
        .. RecipientCases.Of(shop), .. EllipticCases.Of(shop),
        .. PayloadCases.Of(shop), .. CompactCases.Of(shop), .. DigestCases.Of(shop), .. TypeCases.Of(shop),
        .. AttributeCases.Of(shop), .. KeyedCases.Of(shop), .. TermsCases.Of(shop),
    ];
}

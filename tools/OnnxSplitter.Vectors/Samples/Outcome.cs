namespace OnnxSplitter.Vectors.Samples;

/// <summary>What a reader must answer.</summary>
internal static class Outcome
{
    public const string Success = "success";
    public const string NotForYou = "not for you";
    public const string Signature = "signature";
    public const string OtherTerms = "terms";
    public const string Digest = "digest";
    public const string Envelope = "envelope";
    public const string Payload = "payload";
}

using System.Formats.Asn1;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>Attributes (RFC 5652, section 11), encoded.</summary>
internal static class Attribute
{
    public static byte[] ContentType(string type) =>
        Of(Names.ContentType, writer => writer.WriteObjectIdentifier(type));

    public static byte[] Digest(byte[] digest) =>
        Of(Names.MessageDigest, writer => writer.WriteOctetString(digest));

    public static byte[] Time(DateTimeOffset time) => Of(Names.SigningTime, writer =>
    {
        if (time.Year < 2050) writer.WriteUtcTime(time);
        else writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    });

    public static byte[] Of(string name, Action<AsnWriter> value) => Der.Of(writer =>
    {
        using var attribute = writer.PushSequence();
        writer.WriteObjectIdentifier(name);
        using var values = writer.PushSetOf();
        value(writer);
    });

    public static byte[] Unknown => Of(Names.UnknownAttribute, writer => writer.WriteOctetString([1, 2, 3]));
}

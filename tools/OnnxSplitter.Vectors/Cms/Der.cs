using System.Formats.Asn1;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>Writes DER, and what is almost DER.</summary>
internal static class Der
{
    public static Asn1Tag Context(int number, bool constructed = true) =>
        new(TagClass.ContextSpecific, number, constructed);

    public static byte[] Of(Action<AsnWriter> write, AsnEncodingRules rules = AsnEncodingRules.DER)
    {
        var writer = new AsnWriter(rules);
        write(writer);
        return writer.Encode();
    }

    public static byte[] Sequence(params byte[][] parts) => Tlv(0x30, [.. parts.SelectMany(part => part)]);

    /// <summary>An element with the shortest length.</summary>
    public static byte[] Tlv(byte tag, byte[] content) => [tag, .. Length(content.Length), .. content];

    /// <summary>An element whose length is said to be something else.</summary>
    public static byte[] TlvOfLength(byte tag, int length, byte[] content) => [tag, .. Length(length), .. content];

    /// <summary>The same element in BER with an indefinite length (X.690, 8.1.3.6).</summary>
    public static byte[] Indefinite(byte[] element) => [element[0], 0x80, .. Content(element), 0, 0];

    /// <summary>The same element with one needless byte of length.</summary>
    public static byte[] LongLength(byte[] element)
    {
        var content = Content(element);
        var length = Length(content.Length);
        return length.Length == 1
            ? [element[0], 0x81, length[0], .. content]
            : [element[0], (byte)(length[0] + 1), 0, .. length[1..], .. content];
    }

    /// <summary>What an element holds.</summary>
    public static byte[] Content(byte[] element)
    {
        AsnDecoder.ReadEncodedValue(element, AsnEncodingRules.DER, out var start, out var length, out _);
        return element[start..(start + length)];
    }

    /// <summary>An AlgorithmIdentifier without parameters.</summary>
    public static byte[] Algorithm(string name, bool withNull = false) => Of(writer =>
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(name);
        if (withNull) writer.WriteNull();
    });

    private static byte[] Length(int length) =>
        length < 0x80 ? [(byte)length] : Of(writer => writer.WriteInteger(length)) switch
        {
            // An integer's content is the length in big-endian order, with a zero in front of a high bit.
            [_, _, 0, .. var rest] => [(byte)(0x80 | rest.Length), .. rest],
            [_, _, .. var all] => [(byte)(0x80 | all.Length), .. all],
            _ => throw new InvalidOperationException("An integer has content."),
        };
}

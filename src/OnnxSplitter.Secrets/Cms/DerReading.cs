using System.Formats.Asn1;

namespace OnnxSplitter.Secrets.Cms;

/// <summary>Reads DER without leeway: what is not expected is an <see cref="AsnContentException"/>.</summary>
internal static class DerReading
{
    public static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);

    public static void Expect(bool condition)
    {
        if (!condition) throw new AsnContentException();
    }

    public static AsnReader Whole(ReadOnlyMemory<byte> der) => new(der, AsnEncodingRules.DER);

    /// <summary>Reads an AlgorithmIdentifier that has no parameters, or NULL (writers differ).</summary>
    public static string ReadAlgorithm(this AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        var name = algorithm.ReadObjectIdentifier();
        if (algorithm.HasData) algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        return name;
    }

    /// <summary>
    /// Writes an AlgorithmIdentifier with NULL for parameters, as RFC 4055, section 2.1, wants of digests.
    /// </summary>
    public static void WriteAlgorithm(this AsnWriter writer, string name)
    {
        using var algorithm = writer.PushSequence();
        writer.WriteObjectIdentifier(name);
        writer.WriteNull();
    }

    /// <summary>Enters an element that wraps exactly one sequence, or something else of that form.</summary>
    public static AsnReader ReadExplicitSequence(this AsnReader reader, int tag, Asn1Tag? innerTag = null)
    {
        var wrapper = reader.ReadSequence(Context(tag));
        var inner = wrapper.ReadSequence(innerTag);
        wrapper.ThrowIfNotEmpty();
        return inner;
    }

    /// <summary>Reads an octet string without copying it.</summary>
    public static ReadOnlyMemory<byte> ReadOctets(this AsnReader reader, Asn1Tag? tag = null)
    {
        // In DER all octet strings are primitive.
        Expect(reader.TryReadPrimitiveOctetString(out var octets, tag));
        return octets;
    }

    /// <summary>Reads the only element of a set.</summary>
    public static T ReadSingle<T>(this AsnReader reader, Func<AsnReader, T> read, Asn1Tag? tag = null)
    {
        var set = reader.ReadSetOf(tag);
        var value = read(set);
        set.ThrowIfNotEmpty();
        return value;
    }
}

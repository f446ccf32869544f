namespace OnnxSplitter.Vectors.Models;

/// <summary>Places in a data file that it does not have, or that are no numbers.</summary>
internal static class RangeCases
{
    public static IEnumerable<HostileModel> All()
    {
        (string Name, string? Offset, string? Length)[] ranges =
        [
            ("negative-offset", "-16", null),
            ("offset-beyond-the-end", "4096", null),
            ("offset-that-overflows", "9223372036854775807", "64"),
            ("offset-too-large-for-a-number", "18446744073709551616", null),
            ("offset-that-is-no-number", "0x10", null),
            ("offset-with-a-sign", "+16", null),
            ("offset-with-a-space", " 16", null),
            ("offset-of-65536-digits", new string('1', 1 << 16), null),
            ("negative-length", "0", "-1"),
            ("length-of-another-shape", "0", "60"),
            ("length-beyond-the-end", "96", "64"),
            ("length-that-overflows", "64", "9223372036854775807"),
        ];
        foreach (var (name, offset, length) in ranges)
        {
            var entries = new List<(string Key, string Value)> { ("location", HostileModel.DataFile) };
            if (offset is not null) entries.Add(("offset", offset));
            if (length is not null) entries.Add(("length", length));
            yield return HostileModel.Of(name, HostileModel.Model(HostileModel.External([.. entries])));
        }

        yield return HostileModel.Of("two-offsets", HostileModel.Model(
            HostileModel.External(("location", HostileModel.DataFile), ("offset", "0"), ("offset", "16"))));
    }
}

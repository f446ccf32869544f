using CsCheck;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>What keys make of tensors, whatever these hold.</summary>
public sealed class KeyedChangeTests
{
    private const int Gap = 37;

    private static readonly ElementType[] Types =
    [
        ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int16,
        ElementType.UInt16, ElementType.Int8, ElementType.UInt8, ElementType.Int4, ElementType.UInt4,
    ];

    private static readonly KeyedRules[] Rules =
    [
        KeyedRules.Sign, KeyedRules.Mantissa, KeyedRules.Shuffle, KeyedRules.Sign | KeyedRules.Shuffle,
        KeyedRules.Mantissa | KeyedRules.Shuffle,
    ];

    /// <summary>A file of two tensors, with bytes around them that are nobody's.</summary>
    private static readonly Gen<(ElementType Type, KeyedRules Rules, int Count, int Threshold, byte[] File)> Files =
        Gen.Select(
            Gen.Int[0, Types.Length - 1].Select(i => Types[i]), Gen.Int[0, Rules.Length - 1].Select(i => Rules[i]),
            Gen.Int[1, 9000], Gen.Double[0, 1])
            .SelectMany((type, rules, count, share) => Gen.Int[0, int.MaxValue].Select(seed =>
            {
                var file = new byte[3 * Gap + 2 * type.PackedLength(count)];
                new Random(seed).NextBytes(file);
                return (type, rules, count, (int)(share * KeyedTensor.MostThreshold(type, rules)), file);
            }));

    [Fact]
    public void Changing_back_gives_every_bit_back_and_touches_nothing_else() => Files.Holds(drawn =>
    {
        var changed = drawn.File.ToArray();
        Change(drawn, back: false).Apply(changed, 0);
        var length = (int)drawn.Type.PackedLength(drawn.Count);
        foreach (var (start, end) in new[] { (0, Gap), (Gap + length, 2 * Gap + length), (2 * (Gap + length), 0) })
            Assert.Equal(drawn.File[start..(end > 0 ? end : drawn.File.Length)],
                changed[start..(end > 0 ? end : changed.Length)]);

        Change(drawn, back: true).Apply(changed, 0);
        Assert.Equal(drawn.File, changed);
    });

    [Fact]
    public void Pieces_become_what_the_whole_does_in_any_order() => Files.Holds(drawn =>
    {
        var (whole, pieces) = (drawn.File.ToArray(), drawn.File.ToArray());
        var change = Change(drawn, back: false);
        change.Apply(whole, 0);
        var cuts = new SortedSet<long> { 0, drawn.File.Length };
        for (long at = 0; at < drawn.File.Length; at += 5000) cuts.Add(change.Cut(at));
        foreach (var (start, end) in cuts.Zip(cuts.Skip(1)).Reverse())
            change.Apply(pieces.AsSpan((int)start..(int)end), start);
        Assert.Equal(whole, pieces);
    });

    [Fact]
    public void Exponents_zeros_and_infinities_stay_in_place_where_mantissas_change() => Files.Holds(drawn =>
    {
        if (drawn.Type.IsInteger || drawn.Rules != KeyedRules.Mantissa) return;
        var changed = drawn.File.ToArray();
        Change(drawn, back: false).Apply(changed, 0);
        var fields = FloatFields.Of(drawn.Type);
        foreach (var (before, after) in Values(drawn.Type, drawn.Count, drawn.File)
            .Zip(Values(drawn.Type, drawn.Count, changed)))
        {
            Assert.Equal(before & fields.Exponent, after & fields.Exponent);
            if ((before & fields.Exponent) is var own && (own == 0 || own == fields.Exponent))
                Assert.Equal(before, after);
        }
    }, draws: 200);

    [Fact]
    public void A_shuffle_keeps_the_values_of_each_block() => Files.Holds(drawn =>
    {
        if (drawn.Rules != KeyedRules.Shuffle) return;
        var changed = drawn.File.ToArray();
        Change(drawn, back: false).Apply(changed, 0);
        foreach (var (before, after) in Values(drawn.Type, drawn.Count, drawn.File).Chunk(4096)
            .Zip(Values(drawn.Type, drawn.Count, changed).Chunk(4096)))
            Assert.Equal(before.Order(), after.Order());
    }, draws: 200);

    [Fact]
    public void Weights_below_the_threshold_stay() => Files.Holds(drawn =>
    {
        if (drawn.Threshold == 0) return;
        var changed = drawn.File.ToArray();
        Change(drawn, back: false).Apply(changed, 0);
        var fields = FloatFields.Of(drawn.Type);
        var floor = (ulong)drawn.Threshold << fields.ClassShift(drawn.Rules, drawn.Type.BitWidth);
        foreach (var (before, after) in Values(drawn.Type, drawn.Count, drawn.File)
            .Zip(Values(drawn.Type, drawn.Count, changed)))
            if ((before & fields.Magnitude) < floor) Assert.Equal(before, after);
            else Assert.True((after & fields.Magnitude) >= floor);
    });

    [Fact]
    public void Every_order_of_four_is_drawn_about_as_often()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        using var stream = new Keystream(new byte[KeyedSecrets.KeyLength], KeyedRules.Shuffle, "w");
        using var permutation = new Permutation(stream);
        const int draws = 24 * 500;
        for (var block = 0; block < draws; block++)
        {
            var letters = "abcd".ToCharArray();
            permutation.Shuffle<char>(block, letters);
            var word = new string(letters);
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        // Chi-squared of 23 degrees of freedom: 49.7 is exceeded once in a thousand keys.
        Assert.Equal(24, counts.Count);
        Assert.True(counts.Values.Sum(count => Math.Pow(count - 500, 2) / 500) < 49.7);
    }

    [Fact]
    public void Tensors_rules_and_keys_have_streams_of_their_own()
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in new[] { new byte[32], [.. Enumerable.Repeat((byte)1, 32)] })
            foreach (var rule in new[] { KeyedRules.Sign, KeyedRules.Mantissa, KeyedRules.Shuffle })
                foreach (var path in new[] { "a", "b", "a\0" })
                {
                    using var stream = new Keystream(key, rule, path);
                    var bytes = new byte[16];
                    stream.Fill(0, bytes);
                    Assert.True(streams.Add(Convert.ToHexString(bytes)));
                }
    }

    [Fact]
    public void A_stream_is_the_same_from_any_place_on()
    {
        using var stream = new Keystream(new byte[KeyedSecrets.KeyLength], KeyedRules.Sign, "w");
        var whole = new byte[1000];
        stream.Fill(0, whole);
        for (var start = 0; start < whole.Length; start += 16)
        {
            var part = new byte[Math.Min(45, whole.Length - start)];
            stream.Fill(start, part);
            Assert.Equal(whole[start..(start + part.Length)], part);
        }
    }

    [Fact]
    public void Tensors_that_share_bytes_or_leave_the_file_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new KeyedFile([Of("a", 0), Of("b", 4)], 100, back: false));
        Assert.Throws<ArgumentException>(() => new KeyedFile([Of("a", 93)], 100, back: false));

        static KeyedTensor Of(string path, long offset) => new(
            new StoredTensor(path, ElementType.Float32, [1, 2],
                TensorStorage.Packed(offset, ElementType.Float32, 2)), new byte[32], KeyedRules.Sign, 0);
    }

    private static KeyedFile Change(
        (ElementType Type, KeyedRules Rules, int Count, int Threshold, byte[] File) drawn, bool back)
    {
        var length = drawn.Type.PackedLength(drawn.Count);
        return new KeyedFile(
            new[] { ("first", (long)Gap), ("second", 2 * Gap + length) }.Select(place => new KeyedTensor(
                new StoredTensor(place.Item1, drawn.Type, [1, drawn.Count],
                    TensorStorage.Packed(place.Item2, drawn.Type, drawn.Count)),
                [.. Enumerable.Range(0, 32).Select(i => (byte)i)], drawn.Rules, drawn.Threshold)),
            drawn.File.Length, back);
    }

    private static IEnumerable<ulong> Values(ElementType type, int count, byte[] file) =>
        Enumerable.Range(0, count).Select(i => type.Read(file.AsSpan(Gap), i));
}

using System.Numerics;
using CsCheck;

namespace OnnxSplitter.Tests.Onnx;

public sealed class ElementTypeTests
{
    public static TheoryData<string> Types { get; } = [.. EncodedTensor.Types.Select(type => type.ToString())];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_value_that_the_type_represents_has_its_own_bits(string name)
    {
        var type = EncodedTensor.Named(name);
        Gen.ULong.Select(bits => bits >> 64 - type.BitWidth).Holds(bits =>
        {
            var value = type.Decode(bits);
            if (!double.IsNaN(value)) Assert.Equal(bits, type.Encode(value));
        }, draws: 5000);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Another_value_becomes_one_of_the_two_next_to_it(string name)
    {
        var type = EncodedTensor.Named(name);
        Gen.Double[-300, 300].Holds(value =>
        {
            var bits = type.Encode(value);
            Assert.True(type.Holds(bits));
            var nearest = type.Decode(bits);
            foreach (var neighbour in new[] { bits + 1, bits - 1 }.Where(type.Holds).Select(type.Decode))
                if (double.IsFinite(neighbour))
                    Assert.True(Math.Abs(nearest - value) <= Math.Abs(neighbour - value),
                        $"{value}: {nearest}, {neighbour}");
        }, draws: 5000);
    }

    // Near halfway between two neighbours, where rounding twice goes wrong: half of a unit, more or less by anything.
    [Theory]
    [MemberData(nameof(Types))]
    public void A_value_between_two_becomes_the_nearer_or_the_even_one(string name)
    {
        var type = EncodedTensor.Named(name);
        if (type.IsInteger || type.BitWidth == 64) return;
        Gen.Select(Gen.ULong, Gen.Int[0, 120], Gen.Bool).Holds(drawn =>
        {
            var (random, shift, above) = drawn;
            var bits = random >> 64 - type.BitWidth;
            var (low, high) = (type.Decode(bits), type.Decode(bits + 1));
            if (!double.IsFinite(low) || !double.IsFinite(high)) return;
            var halfway = low + (high - low) / 2;
            var value = halfway + (above ? 1 : -1) * Math.Abs(high - low) * Math.ScaleB(1, -1 - shift);
            foreach (var one in new[] { value, halfway })
            {
                var (down, up) = (Distance(one, low), Distance(one, high));
                var expected = down < up || (down == up && (bits & 1) == 0) ? bits : bits + 1;
                Assert.Equal(expected, type.Encode(one));
            }
        }, draws: 20000);
    }

    [Theory]
    [InlineData(-128.0, "int8", 0x80)]
    [InlineData(128.0, "int8", 0x7F)]
    [InlineData(-1.0, "uint8", 0)]
    [InlineData(-40000.0, "int16", 0x8000)]
    [InlineData(40000.0, "uint16", 40000)]
    [InlineData(2.5, "int4", 2)]
    [InlineData(-9.0, "int4", 8)]
    [InlineData(double.NaN, "uint4", 0)]
    [InlineData(1e39, "bfloat16", 0x7F80)]
    [InlineData(1.00390625, "bfloat16", 0x3F80)]
    [InlineData(1.01171875, "bfloat16", 0x3F82)]
    [InlineData(1.00390625000001, "bfloat16", 0x3F81)]
    [InlineData(1.01171874999999, "bfloat16", 0x3F81)]
    [InlineData(1e-50, "bfloat16", 0)]
    [InlineData(double.NegativeInfinity, "bfloat16", 0xFF80)]
    public void Rounding_is_to_even_and_integers_saturate(double value, string type, ulong bits) =>
        Assert.Equal(bits, EncodedTensor.Named(type).Encode(value));

    [Fact]
    public void Not_a_number_stays_none() => Assert.All(
        EncodedTensor.Types.Where(type => !type.IsInteger), type =>
            Assert.True(double.IsNaN(type.Decode(type.Encode(double.NaN)))));

    /// <summary>The exact distance of two doubles, in units of the smallest.</summary>
    private static BigInteger Distance(double a, double b) => BigInteger.Abs(Exact(a) - Exact(b));

    private static BigInteger Exact(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        BigInteger mantissa = bits & (1UL << 52) - 1 | (exponent == 0 ? 0 : 1UL << 52);
        return (mantissa << Math.Max(exponent - 1, 0)) * (double.IsNegative(value) ? -1 : 1);
    }
}

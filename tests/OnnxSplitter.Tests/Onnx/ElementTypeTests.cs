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
        Gen.ULong.Select(bits => bits >> 64 - type.BitWidth).Sample(bits =>
        {
            var value = type.Decode(bits);
            if (!double.IsNaN(value)) Assert.Equal(bits, type.Encode(value));
        }, seed: "0000KOIPtvM4", iter: 5000);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Another_value_becomes_one_of_the_two_next_to_it(string name)
    {
        var type = EncodedTensor.Named(name);
        Gen.Double[-300, 300].Sample(value =>
        {
            var bits = type.Encode(value);
            Assert.True(type.Holds(bits));
            var nearest = type.Decode(bits);
            foreach (var neighbour in new[] { bits + 1, bits - 1 }.Where(type.Holds).Select(type.Decode))
                if (double.IsFinite(neighbour))
                    Assert.True(Math.Abs(nearest - value) <= Math.Abs(neighbour - value),
                        $"{value}: {nearest}, {neighbour}");
        }, seed: "0000KOIPtvM4", iter: 5000);
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
    public void Rounding_is_to_even_and_integers_saturate(double value, string type, ulong bits) =>
        Assert.Equal(bits, EncodedTensor.Named(type).Encode(value));

    [Fact]
    public void Not_a_number_stays_none() => Assert.All(
        EncodedTensor.Types.Where(type => !type.IsInteger), type =>
            Assert.True(double.IsNaN(type.Decode(type.Encode(double.NaN)))));
}

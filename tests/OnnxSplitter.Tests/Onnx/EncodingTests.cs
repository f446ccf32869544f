using CsCheck;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Models;

namespace OnnxSplitter.Tests.Onnx;

public sealed class EncodingTests
{
    private static readonly Gen<(string Type, Encoding Encoding, ulong[] Elements, ulong[] Others,
        byte[] Unknown)> Samples =
        from type in Gen.Int[0, 3].Select(i => EncodedTensor.Types[i])
        from encoding in Gen.Int[0, 3].Select(i => (Encoding)i)
        from count in Gen.Frequency((3, Gen.Int[2, 40]), (1, Gen.Int[600, 900]))
        from elements in Gen.ULong.Array[count]
        from others in Gen.ULong.Array[count]
        from unknown in Gen.Byte.Array[0, 20]
        select (type.ToString(), encoding, Narrow(type, elements), Narrow(type, others), unknown);

    [Fact]
    public void A_patched_weight_is_what_any_reader_then_reads_and_no_other_byte_differs() => Samples.Holds(sample =>
    {
        var type = EncodedTensor.Named(sample.Type);
        var bytes = Model(EncodedTensor.Bytes("w", type, [sample.Elements.Length], sample.Elements, sample.Encoding),
            sample.Unknown);
        var tensor = Assert.Single(ModelFile.Of(bytes, "a model").Weights);
        Assert.Equal((type, sample.Elements.Length), (tensor.Type, tensor.Count));
        var changed = Enumerable.Range(0, sample.Elements.Length)
            .Where(i => i % 3 == 1 && tensor.Storage.Fits(type, sample.Elements[i], sample.Others[i])).ToArray();
        var after = sample.Elements.ToArray();
        foreach (var i in changed) after[i] = sample.Others[i];

        using var stream = new MemoryStream(bytes.ToArray());
        var patches = WeightPatcher.Locate(stream, changed.Select(i => new WeightBits(tensor, i, after[i])));
        WeightPatcher.Write(stream, changed.Select(i => new WeightBits(tensor, i, after[i])));

        Assert.Equal(after, Elements(type, ModelProto.Parser.ParseFrom(stream.ToArray())));
        Assert.All(changed, i => Assert.Equal(after[i], WeightPatcher.Read(stream, tensor, i)));
        var places = patches.SelectMany(patch => Enumerable.Range((int)patch.Offset, patch.Bytes.Length)).ToHashSet();
        var result = stream.ToArray();
        Assert.All(Enumerable.Range(0, bytes.Length).Where(i => bytes[i] != result[i]),
            i => Assert.Contains(i, places));
        WeightPatcher.Write(stream, changed.Select(i => new WeightBits(tensor, i, sample.Elements[i])));
        Assert.Equal(bytes, stream.ToArray());
    }, draws: 400);

    [Fact]
    public void A_number_that_would_take_another_length_is_not_written()
    {
        var bytes = Model(EncodedTensor.Bytes("w", ElementType.Float16, [2], [0x3C00, 0xBC00], Encoding.Packed), []);
        var tensor = ModelFile.Of(bytes, "a model").Weights[0];
        using var stream = new MemoryStream(bytes.ToArray());

        Assert.False(tensor.Storage.Fits(tensor.Type, 0x3C00, 0xBC00));
        Assert.Throws<ArgumentException>(() => WeightPatcher.Write(stream, [new WeightBits(tensor, 0, 0xBC00)]));
        Assert.Equal(bytes, stream.ToArray());
    }

    // Found by fuzzing: putting such a value back would not give the same bytes.
    [Theory]
    [InlineData("0080F806", false)] // 0x1BC00, whose lowest 16 bits are -1.
    [InlineData("00808001", true)] // 0x4000 that is really so long ...
    [InlineData("0080808100", false)] // ... and with a byte too many.
    [InlineData("0080F8FFFFFFFFFFFFFF01", false)] // Sign-extended.
    public void Numbers_that_their_type_would_not_be_written_as_are_left_alone(string hex, bool usable)
    {
        var numbers = Convert.FromHexString(hex);
        const int float16 = (int)TensorProto.Types.DataType.Float16;
        var tensor = new TensorProto { Name = "w", DataType = float16, Dims = { 2 } }.ToByteArray();
        byte[] packed = [.. tensor, 0x2A, (byte)numbers.Length, .. numbers];
        byte[] tagged = [.. tensor, 0x28, numbers[0], 0x28, .. numbers[1..]];
        foreach (var bytes in new[] { packed, tagged })
        {
            var model = Model(bytes, []);
            if (usable) Assert.Single(ModelFile.Of(model, "a model").Weights);
            else
                Assert.Contains("out of its type's range",
                    Assert.Throws<ModelFormatException>(() => ModelFile.Of(model, "a model")).Message,
                    StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("80808080808080808002")] // Bit 64, which would be lost.
    [InlineData("8080808080808080808001")] // Eleven bytes.
    public void Packed_numbers_have_64_bits_at_most(string hex)
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float16, Dims = { 1 } };
        byte[] packed = [.. tensor.ToByteArray(), .. WireField.Of(5, Convert.FromHexString(hex))];

        var e = Assert.Throws<ModelFormatException>(() => ModelFile.Of(Model(packed, []), "a model"));

        Assert.Contains("a number is cut off or too long", e.Message, StringComparison.Ordinal);
    }

    private static ulong[] Narrow(ElementType type, ulong[] numbers) =>
        [.. numbers.Select(bits => bits >> 64 - type.BitWidth)];

    private static ulong[] Elements(ElementType type, ModelProto model)
    {
        var packed = TensorPacking.Pack(model.Graph.Initializer[0]);
        return [.. Enumerable.Range(0, (int)model.Graph.Initializer[0].Dims[0]).Select(i => type.Read(packed, i))];
    }

    /// <summary>A model around a serialised tensor, with a field that no version of the schema knows.</summary>
    private static byte[] Model(byte[] tensor, byte[] unknown)
    {
        using var graph = new MemoryStream();
        using var output = new CodedOutputStream(graph);
        output.WriteTag(5, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(tensor));
        output.WriteTag(700, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(unknown));
        new GraphProto
        {
            Name = "g",
            Node = { new NodeProto { OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } },
        }
            .WriteTo(output);
        output.Flush();
        using var model = new MemoryStream();
        using var whole = new CodedOutputStream(model);
        new ModelProto { IrVersion = 8 }.WriteTo(whole);
        whole.WriteTag(7, WireFormat.WireType.LengthDelimited);
        whole.WriteBytes(ByteString.CopyFrom(graph.ToArray()));
        whole.Flush();
        return model.ToArray();
    }
}

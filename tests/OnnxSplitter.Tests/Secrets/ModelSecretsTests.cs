using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Secrets;

public sealed class ModelSecretsTests
{
    private static readonly WeightTensor A = SampleTensors.Of("a", 2, 3);
    private static readonly WeightTensor B = SampleTensors.Of("b", 4);

    [Fact]
    public void Changes_are_grouped_by_tensor_and_sorted()
    {
        using var secrets = From(new(B, 3, 10, 0), new(A, 5, 20, 0), new(B, 1, 30, 0));

        Assert.Equal(["a", "b"], secrets.Tensors.Select(tensor => tensor.Path));
        Assert.Equal([2, 3], secrets.Tensors[0].Dims);
        Assert.Equal([1, 3], secrets.Tensors[1].Indices);
        Assert.Equal([30u, 10u], secrets.Tensors[1].RestoredBits);
    }

    [Fact]
    public void A_weight_changed_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => From(new(A, 1, 0, 0), new(A, 1, 0, 0)));

    [Fact]
    public void An_index_outside_its_tensor_is_refused() =>
        Assert.Throws<ArgumentException>(() => From(new WeightChange(A, 6, 0, 0)));

    [Fact]
    public void Secrets_of_no_change_are_refused() => Assert.Throws<ArgumentException>(() => From());

    [Fact]
    public void Creation_time_is_kept_in_utc_and_whole_seconds()
    {
        var local = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));

        using var secrets = ModelSecrets.From("s", local, [SampleSecrets.File()], [new(A, 1, 20, 0)]);

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.Zero), secrets.Created);
        Assert.Equal(TimeSpan.Zero, secrets.Created.Offset);
    }

    [Fact]
    public void Disposing_zeroes_indices_and_bits()
    {
        var secrets = From(new(A, 5, 20, 0), new(A, 2, 21, 0));

        secrets.Dispose();

        Assert.All(secrets.Tensors[0].Indices, index => Assert.Equal(0, index));
        Assert.All(secrets.Tensors[0].RestoredBits, bits => Assert.Equal(0u, bits));
    }

    [Fact]
    public void Compact_secrets_have_one_finite_value_for_all()
    {
        using var secrets = ModelSecrets.From(
            "s", SampleSecrets.Created, [SampleSecrets.CompactFile()], [new(A, 1, 20, 0), new(B, 3, 10, 0)],
            center: 1.5f);

        Assert.True(secrets.IsCompact);
        Assert.All(secrets.Tensors, tensor =>
            Assert.Equal([BitConverter.SingleToUInt32Bits(1.5f)], tensor.RestoredBits));
        Assert.Throws<ArgumentException>(() => Compact([1, 2]));
        Assert.Throws<ArgumentException>(() => Compact([BitConverter.SingleToUInt32Bits(float.NaN)]));
        Assert.Throws<ArgumentException>(() => Compact([]));

        static ModelSecrets Compact(ulong[] bits) => new(
            "s", "1", SampleSecrets.Created, [SampleSecrets.CompactFile()],
            bits.Length == 0
                ? []
                : [new TensorSecrets("a", ElementType.Float32, [6], [.. bits.Select((_, i) => (long)i)], bits)],
            compact: true);
    }

    [Fact]
    public void Ordinary_secrets_restore_the_original_and_nothing_else() => Assert.Throws<ArgumentException>(
        () => ModelSecrets.From("s", SampleSecrets.Created, [SampleSecrets.CompactFile()], [new(A, 1, 20, 0)]));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("..\\a")]
    [InlineData("C:a")]
    [InlineData("a\0b")]
    public void A_file_name_that_leads_elsewhere_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => SampleSecrets.File(name));

    [Fact]
    public void Dims_whose_product_overflows_are_refused() =>
        Assert.Throws<ArgumentException>(() =>
            new TensorSecrets("a", ElementType.Float32, [long.MaxValue, 2], [0], [0]));

    private static ModelSecrets From(params WeightChange[] changes) =>
        ModelSecrets.From("sign", SampleSecrets.Created, [SampleSecrets.File()], changes);
}

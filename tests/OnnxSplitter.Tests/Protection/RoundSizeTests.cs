using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies.Gradient;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>How much a round of a search looks at.</summary>
public sealed class RoundSizeTests
{
    /// <summary>
    /// A vision transformer and a ResNet-20 of 28 x 28, a wake word, ResNet-18 of 32 x 32, a small detector of
    /// 256 x 256, a language model, a segmentation, a chain of large matrices, a large language model.
    /// </summary>
    [Theory]
    [InlineData(204_938, 10_000_000, true, 512)]
    [InlineData(271_402, 31_000_000, true, 256)]
    [InlineData(213_888, 200_000, false, 256)]
    [InlineData(11_173_962, 556_000_000, true, 96)]
    [InlineData(100_412, 400_000_000, false, 96)]
    [InlineData(66_000_000, 100_000_000, true, 96)]
    [InlineData(4_000_000, 20_000_000_000, false, 48)]
    [InlineData(805_000_000, 805_000_000, false, 48)]
    [InlineData(617_000_000, 4_300_000_000, false, 16)]
    public void Rounds_look_at_fewer_examples_the_more_a_run_costs(
        long weights, long products, bool classes, int exact) =>
        Assert.Equal(exact, RoundSize.For(weights, products, classes).Exact);

    [Fact]
    public void A_run_costs_what_its_kernels_and_matrices_multiply_for_one_example()
    {
        var values = new Dictionary<string, ValueInfo>(StringComparer.Ordinal)
        {
            ["x"] = Shaped(4, 3, 10, 10),
            ["k"] = Shaped(8, 3, 5, 5),
            ["y"] = Shaped(4, 8, 6, 6),
            ["a"] = Shaped(4, 5, 7),
            ["b"] = Shaped(7, 9),
            ["c"] = Shaped(4, 5, 9),
            ["m"] = Shaped(7, 4),
            ["n"] = Shaped(9, 7),
            ["o"] = Shaped(4, 9),
        };
        NodeProto[] nodes =
        [
            new() { OpType = "Conv", Input = { "x", "k" }, Output = { "y" } },
            new() { OpType = "MatMul", Input = { "a", "b" }, Output = { "c" } },
            new() { OpType = "Gemm", Input = { "m", "n" }, Output = { "o" } },
            new() { OpType = "Conv", Input = { "x", "unknown" }, Output = { "y" } },
            new() { OpType = "Add", Input = { "c", "b" }, Output = { "c" } },
        ];

        var products = nodes.Select(node => RunCost.Of([node], values, batch: 4));

        Assert.Equal([8 * 6 * 6 * 75, 5 * 9 * 7, 9 * 7, 0, 0], products);
    }

    private static ValueInfo Shaped(params long[] dims) => new(DataType.Float, dims);
}

using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Tests.Gradients;

namespace OnnxSplitter.Tests.Protection;

public sealed class AlignedTensorTests
{
    /// <summary>So that rows lie at every multiple of four bytes.</summary>
    private const int Width = 463;

    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    public void The_same_example_gives_the_same_bits_wherever_it_lies_in_the_data(string op)
    {
        var random = new Random(7);
        float[] example = [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() - 0.3f)];
        float[] rows = [.. Enumerable.Repeat(example, 16).SelectMany(row => row)];
        var data = new Dataset(new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
        {
            ["x"] = new(TensorElementType.Float, [16, Width], MemoryMarshal.AsBytes(rows.AsSpan()).ToArray()),
        }, Labels: null);
        var graph = Walks.Graph(Walks.Node(op, ["x"], "y"));
        graph.Input[0] = Values.FloatInput("x", 1, Width);
        using var session = Values.Open(Values.Model(graph, 18), ["y"]);

        var sums = Enumerable.Range(0, 16).Select(row =>
        {
            using var feeds = new FeedSet();
            feeds.Values["x"] = data.Batch("x", row, 1);
            return session.Fetch(feeds.Values)[0].Data[0];
        });

        Assert.Single(sums.Distinct());
    }
}

using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A model in segments holds each weight once, and little goes from one to the next.</summary>
public sealed class SearchSegmentsTests
{
    [Theory]
    [InlineData("resnet20-fmnist")]
    [InlineData("resnet20-fmnist-bn")]
    [InlineData("vit-fmnist")]
    public void Every_weight_lies_in_one_segment_and_few_values_cross_each_cut(string name)
    {
        using var file = ModelFile.Open(Repository.Model($"{name}.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var inputs = original.Signature.Inputs.Select(input => input.Name).ToArray();
        var data = Drawn.For(original.Signature, 1, seed: 1);
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        var graph = model.Proto.Graph;
        var slice = new GraphSlice(graph, inputs);

        var segments = new SearchSegments(graph, slice, original.Signature.Output, Shapes()).All;

        Assert.InRange(segments.Count, 4, 8);
        Assert.All(segments, segment => Assert.InRange(segment.Crossing.Count, 1, 2));
        Assert.Equal([original.Signature.Output], segments[^1].Gives);
        Assert.Equal(segments.Select(segment => segment.End).SkipLast(1), segments.Skip(1).Select(next => next.First));
        var held = segments.SelectMany(segment => slice.Part(segment.First, segment.End, segment.Gives, null, out _)
            .Initializer.Select(constant => constant.Name)).ToArray();
        Assert.All(model.Tensors, tensor => Assert.Single(held, constant => constant == tensor.Path));

        IReadOnlyDictionary<string, ValueInfo> Shapes()
        {
            using var feeds = new FeedSet();
            foreach (var input in inputs) feeds.Values[input] = data.Batch(input, 0, 1);
            return ValueProbe.Run(model.Proto, feeds.Values, model.Sessions);
        }
    }

    [Fact]
    public void Nodes_on_constants_alone_make_no_segment_of_their_own()
    {
        var graph = new GraphProto
        {
            Node = { Node("MatMul", "a", "x", "small") },
            Initializer = { Weights("small"), Weights("large") },
        };
        for (var i = 0; i < 20; i++) graph.Node.Add(Node("Identity", $"same{i}", "large"));
        graph.Node.Add(Node("MatMul", "scores", ["a", .. Enumerable.Range(0, 20).Select(i => $"same{i}")]));
        var values = graph.Node.SelectMany(node => node.Output).ToDictionary(
            name => name, _ => new ValueInfo(TensorProto.Types.DataType.Float, [1, 8]), StringComparer.Ordinal);

        var segments = new SearchSegments(graph, new GraphSlice(graph, ["x"]), "scores", values).All;

        Assert.InRange(segments.Count, 2, 8);
        Assert.All(segments, segment => Assert.NotEmpty(segment.Gives));
        Assert.Equal((0, graph.Node.Count), (segments[0].First, segments[^1].End));

        static TensorProto Weights(string name) => new() { Name = name, Dims = { 8, 8 } };

        static NodeProto Node(string op, string output, params IEnumerable<string> inputs) =>
            new() { OpType = op, Input = { inputs }, Output = { output } };
    }
}

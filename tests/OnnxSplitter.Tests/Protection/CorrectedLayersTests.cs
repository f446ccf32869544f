using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Which layers may change where a host is to correct them.</summary>
public sealed class CorrectedLayersTests : IDisposable
{
    private readonly PipelineSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("resnet20-fmnist.onnx")]
    [InlineData("resnet20-fmnist-bn.onnx")]
    [InlineData("vit-fmnist.onnx")]
    public void Chosen_tensors_are_of_no_more_layers_than_may_be_and_of_nothing_else(string name)
    {
        var cost = 0L;
        foreach (var most in new[] { 1, 2, 3, 8, 1000 })
        {
            using var plan = JobPlan.Of(Options(Repository.Model(name), most));
            var tensors = plan.Options.Search.Tensors.Apply(plan.Model.Weights);

            var layers = LinearLayer.Of(
                plan.Model.Structure, tensors.Select(tensor => tensor.Path), out var others);

            Assert.Empty(others);
            Assert.InRange(layers.Count, 1, most);
            Assert.Equal(layers.Select(layer => layer.Weights).Order(), plan.Layers!.Cost.Layers.Order());
            Assert.True(plan.Layers.Cost.Values > cost);
            cost = plan.Layers.Cost.Values;
            if (layers.Count < most) break;
        }
    }

    [Fact]
    public void Small_activations_come_first()
    {
        // An image of 64 by 64, halved, then one number of each channel.
        var path = new SmallModel().Input("x", DataType.Float, "n", 3, 64, 64)
            .Weights("large", 4, 3, 3, 3).Weights("small", 4, 4, 3, 3).Weights("last", 4, 5)
            .Node("Conv", ["x", "large"], "a", ("strides", new long[] { 2, 2 })).Node("Relu", ["a"], "b")
            .Node("Conv", ["b", "small"], "c", ("strides", new long[] { 2, 2 }))
            .Node("GlobalAveragePool", ["c"], "p").Node("Flatten", ["p"], "f").Node("MatMul", ["f", "last"], "y")
            .Output("y", DataType.Float, "n", 5).Write(_sample.Folder["image.onnx"]);
        foreach (var (most, expected, values) in new[]
        {
            (1, new[] { "last" }, 4 + 5), (2, ["last", "small"], 9 + 4 * 31 * 31 + 4 * 15 * 15),
        })
        {
            using var plan = JobPlan.Of(Options(path, most));

            Assert.Equal(expected, plan.Options.Search.Tensors.Apply(plan.Model.Weights).Select(x => x.Path).Order());
            Assert.Equal(values, plan.Layers!.Cost.Values);
        }
    }

    [Fact]
    public void A_tensor_of_two_layers_takes_both_and_where_nothing_fits_that_is_said()
    {
        var path = new SmallModel().Input("x", DataType.Float, "n", 5).Weights("a", 5, 5).Weights("s", 5)
            .Node("MatMul", ["x", "a"], "h").Node("MatMul", ["h", "a"], "z").Node("Mul", ["z", "s"], "y")
            .Output("y", DataType.Float, "n", 5).Write(_sample.Folder["twice.onnx"]);

        using var plan = JobPlan.Of(Options(path, 2));
        Assert.Equal(["a"], plan.Options.Search.Tensors.Apply(plan.Model.Weights).Select(tensor => tensor.Path));
        Assert.Contains("used by more than 1 layers",
            Assert.Throws<ModelFormatException>(() => JobPlan.Of(Options(path, 1))).Message, StringComparison.Ordinal);
        var scale = Options(path, 3);
        Assert.Contains("No tensor that may change belongs to a layer", Assert.Throws<ModelFormatException>(() =>
            JobPlan.Of(scale with
            {
                Search = scale.Search with { Tensors = scale.Search.Tensors with { Include = ["s"] } },
            })).Message, StringComparison.Ordinal);
    }

    private ProtectionOptions Options(string model, int most) => _sample.Options("", $"layers-{most}") with
    {
        Model = model,
        Search = new SearchSettings
        {
            Tensors = TensorFilter.None with { ForCorrections = true, MostLayers = most },
        },
    };
}

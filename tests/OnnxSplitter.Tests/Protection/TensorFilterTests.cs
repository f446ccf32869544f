using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Tests.Protection;

public sealed class TensorFilterTests
{
    private static readonly IReadOnlyList<WeightTensor> Tensors =
    [
        Tensor("layers.0.conv.weight", new WeightRole(OperatorTable.Find("", "Conv")!, 1, Multiplies: true)),
        Tensor("layers.0.conv.bias", new WeightRole(OperatorTable.Find("", "Conv")!, 2, Multiplies: false)),
        Tensor("layers.1.norm.weight", new WeightRole(OperatorTable.Find("", "Mul")!, 1, Multiplies: true)),
        Tensor("fc.weight", new WeightRole(OperatorTable.Find("", "Gemm")!, 1, Multiplies: true)),
        Tensor("fc.bias", new WeightRole(OperatorTable.Find("", "Gemm")!, 2, Multiplies: false)),
    ];

    [Theory]
    [InlineData(TensorScope.All, "", "", "0.conv.weight 0.conv.bias 1.norm.weight fc.weight fc.bias")]
    [InlineData(TensorScope.Weights, "", "", "0.conv.weight 1.norm.weight fc.weight")]
    [InlineData(TensorScope.Conv, "", "", "0.conv.weight")]
    [InlineData(TensorScope.All, "fc.*", "", "fc.weight fc.bias")]
    [InlineData(TensorScope.All, "fc.* *.norm.*", "*bias", "1.norm.weight fc.weight")]
    [InlineData(TensorScope.All, "layers.?.conv.*", "", "0.conv.weight 0.conv.bias")]
    [InlineData(TensorScope.Weights, "", "layers*", "fc.weight")]
    public void Kind_and_name_say_which_tensors_may_change(
        TensorScope scope, string include, string exclude, string expected)
    {
        var filter = new TensorFilter(scope, Words(include), Words(exclude));

        Assert.Equal(Words(expected),
            filter.Apply(Tensors).Select(tensor => tensor.Path.Replace("layers.", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_last_layers_of_a_model_are_those_nearest_to_its_end_with_all_that_follows()
    {
        using var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        var ordered = model.Weights.OrderBy(tensor => tensor.GraphOrder).ToArray();
        foreach (var count in new[] { 1, 3, 1000 })
        {
            var left = (TensorFilter.None with { LastLayers = count }).Apply(model.Weights);
            var kernels = ordered.Count(tensor => tensor.Dims.Count > 1);
            Assert.Equal(Math.Min(count, kernels), left.Count(tensor => tensor.Dims.Count > 1));
            Assert.Equal(ordered[^left.Count..].Select(tensor => tensor.Path).Order(),
                left.Select(tensor => tensor.Path).Order());
        }
    }

    [Theory]
    [InlineData("FC.*")]
    [InlineData("nothing")]
    public void Where_nothing_is_left_the_error_names_what_there_is(string include)
    {
        var e =
            Assert.Throws<ModelFormatException>(() => new TensorFilter(TensorScope.All, [include], []).Apply(Tensors));

        Assert.Contains("layers.0.conv.weight", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_changes_only_tensors_that_pass()
    {
        using var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        var kernel = model.Weights.First(tensor => tensor.Role is { Op: "Conv", Multiplies: true });
        var filter = new TensorFilter(TensorScope.Conv, [], [kernel.Path]);

        using var original = LoadedModel.Open(model.FilePath);
        var data = Drawn.For(original.Signature, 1, 1);
        var search = new OnnxSplitter.Protection.Search.SearchModel(model, filter, original.Signature, data);

        Assert.Equal(20, search.Tensors.Count);
        Assert.All(search.Tensors, tensor => Assert.Equal(
            new WeightRole(OperatorTable.Find("", "Conv")!, 1, Multiplies: true) { ChannelAxis = 0 },
            tensor.Role with { Node = 0 }));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static WeightTensor Tensor(string path, WeightRole role) =>
        SampleTensors.Of(path, 2, 2) with { Role = role };
}


using OnnxSplitter.Onnx;

namespace OnnxSplitter.Tests.Onnx;

public sealed class ModelFileTests
{
    [Theory]
    [InlineData("resnet20-fmnist.onnx", 22, "onnx::Conv_203")]
    [InlineData("resnet20-fmnist-bn.onnx", 43, "conv1.weight")]
    [InlineData("vit-fmnist.onnx", 27, "p.weight")]
    [InlineData("vit-fmnist-named.onnx", 27, "blocks.0.qkv.weight")]
    public void Weights_of_a_real_export_are_indexed(string name, int tensors, string path)
    {
        var model = ModelFile.Open(Repository.Model(name));

        Assert.Equal(tensors, model.Weights.Count);
        Assert.NotNull(model.Find(path));
        Assert.Empty(model.Skipped);
    }
}

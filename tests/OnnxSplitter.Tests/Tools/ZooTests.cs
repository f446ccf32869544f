using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Tests.Tools;

/// <summary><c>tools/zoo</c> against the models and data that it made.</summary>
public sealed class ZooTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void A_short_run_gives_the_graphs_and_data_of_the_sample_models_and_is_not_repeated()
    {
        Peer.Require(Python, "-c", "import torch");
        Peer.Require("ls", "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
        using var folder = new TemporaryFolder();

        var first = RunZoo(folder.Root);
        var again = RunZoo(folder.Root);

        Assert.Matches("vit-fmnist: epoch 1 of 1, 28x28 pixels, loss [0-9.]+, test accuracy [0-9.]+%", first);
        Assert.Equal("vit-fmnist: there already", again.TrimEnd());
        foreach (var name in new[] { "vit-fmnist.onnx", "vit-fmnist-named.onnx" })
            Assert.Equal(Graph(Repository.Model(name)), Graph(folder[name]));
        foreach (var name in new[] { "fashion-mnist-calibration.npz", "fashion-mnist-evaluation.npz" })
            AssertSameArrays(Repository.Model(name), folder[name]);
    }

    private static string RunZoo(string folder) => Peer.Run(
        Python, "-B", Path.Combine(Repository.Root, "tools", "zoo", "zoo.py"),
        folder, "vit-fmnist", "--epochs", "1", "--limit", "64", "--threads", "1");

    /// <summary>All that a graph is but the values of its weights, in order.</summary>
    private static IEnumerable<string> Graph(string path)
    {
        var model = ModelFile.Open(path).Structure;
        return
        [
            $"{model.OpsetImport} {model.Graph.Input} {model.Graph.Output}",
            .. model.Graph.Initializer.Select(tensor => $"{tensor.Name} {tensor.DataType} {tensor.Dims}"),
            .. model.Graph.Node.Select(node => node.ToString()),
        ];
    }

    private static void AssertSameArrays(string expected, string actual)
    {
        var (first, second) = (NumpyArchive.Read(expected), NumpyArchive.Read(actual));
        Assert.Equal(first.Keys, second.Keys);
        foreach (var (name, array) in first)
        {
            Assert.Equal(array.Type, second[name].Type);
            Assert.Equal(array.Dims, second[name].Dims);
            Assert.True(array.Data.AsSpan().SequenceEqual(second[name].Data), $"{actual}: {name} differs.");
        }
    }
}

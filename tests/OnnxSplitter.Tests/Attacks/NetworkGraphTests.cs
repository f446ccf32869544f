using System.Runtime.InteropServices;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests.Attacks;

/// <summary>Graphs that a thief trains compute what the model computes, and its gradient.</summary>
public sealed class NetworkGraphTests : IDisposable
{
    private const int Count = 64;
    private const float Tolerance = 2e-3f;

    private readonly ModelFile _file;
    private readonly ModelFile _folded;

    public NetworkGraphTests()
    {
        _file = ModelFile.Open(Repository.Model("resnet20-fmnist-bn.onnx"));
        _folded = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
    }

    [Fact]
    public void Normalised_by_the_files_own_statistics_a_network_gives_what_the_file_gives()
    {
        var (network, data) = Open(_file);
        var constants = network.Model.Proto.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        var statistics = new RunningStatistics();
        foreach (var place in network.Places.Where(place => place.Mean is not null))
        {
            var names = NetworkGraph.RunningNames(place);
            statistics.Add(names.Mean, Values(constants[place.Mean!]));
            statistics.Add(names.Variance, Values(constants[place.Variance!]));
        }

        Same(network, data, new TrainedNetwork(network.Read(), statistics));
    }

    [Fact]
    public void Normalisation_that_is_put_back_behind_convolutions_changes_nothing()
    {
        var (network, data) = Open(_folded);
        var added = AddedNormalization.Of(network, network.Read(), data);
        var statistics = new RunningStatistics();
        foreach (var place in network.Places)
        {
            var (scale, shift) = NetworkGraph.AddedNames(place);
            var names = NetworkGraph.RunningNames(place);
            statistics.Add(names.Mean, added[shift]);
            statistics.Add(
                names.Variance, Array.ConvertAll(added[scale], deviation => deviation * deviation - place.Epsilon));
        }

        Assert.NotEmpty(network.Places);
        Same(network, data, new TrainedNetwork(
            new(network.Read().Values.Concat(added.Values).ToDictionary()), statistics));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_step_against_the_gradient_lowers_the_loss_by_its_square(bool normalized)
    {
        var (network, data) = Open(_folded);
        var values = network.Read();
        if (normalized)
            values = new(values.Values.Concat(AddedNormalization.Of(network, values, data).Values).ToDictionary());
        using var graph = new TrainingGraph(network,
            normalized ? NormalizationMode.OfBatch : NormalizationMode.AsExported, LossKind.CrossEntropyOfLogits, data,
            Count);
        var targets = new float[Count * 10];
        for (var i = 0; i < Count; i++) targets[i * 10 + data.Labels![i]] = 1f / Count;
        var (gradients, square) = (new Dictionary<string, float[]>(StringComparer.Ordinal), 0.0);
        var before = graph.Run(values, data, 0, targets, new(), (path, gradient) =>
        {
            gradients[path] = gradient.ToArray();
            foreach (var one in gradient) square += one * one;
        });

        // Both ways, so that the curvature cancels out.
        var step = (float)(0.01 / square);
        var (down, up) = (After(-step), After(step));

        Assert.InRange((up - down) / (2 * step) / square, 0.95, 1.05);
        Assert.True(down < before);

        float After(float by) => graph.Run(
            values.With((path, own) => gradients.TryGetValue(path, out var gradient)
                ? [.. own.Zip(gradient, (value, slope) => value + by * slope)] : own),
            data, 0, targets, new(), (_, _) => { });
    }

    public void Dispose()
    {
        _file.Dispose();
        _folded.Dispose();
    }

    private static (Network Network, Dataset Data) Open(ModelFile file)
    {
        using var session = Sessions.Plain.Open(file.FilePath);
        var data = Dataset.Read(Examples.Calibration(Count), ModelInput.Of(session));
        return (new Network(file, ModelSignature.Of(session, data), data, Sessions.Plain), data);
    }

    private static void Same(Network network, Dataset data, TrainedNetwork trained)
    {
        using var file = LoadedModel.Open(network.File.FilePath, network.Signature);
        using var scorer = new Scorer(network, normalized: true);
        var (wanted, given) = (file.Outputs(data), scorer.Scores(trained, data));
        Assert.All(wanted.Zip(given), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static float[] Values(global::Onnx.TensorProto tensor) =>
        MemoryMarshal.Cast<byte, float>(TensorPacking.Pack(tensor)).ToArray();
}

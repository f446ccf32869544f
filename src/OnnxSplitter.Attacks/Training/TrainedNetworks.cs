using System.Runtime.InteropServices;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Training;

/// <summary>The graphs by which one network is trained and run, each made once.</summary>
internal sealed class TrainedNetworks : IDisposable
{
    private const int PreferredBatch = 32;

    private readonly Dictionary<(NormalizationMode, int), TrainingGraph> _graphs = [];
    private readonly Lazy<Scorer> _scorer;
    private readonly Lazy<Scorer> _normalized;
    private readonly Lazy<Parameters> _added;
    private readonly LossKind _loss;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">Examples, in an order in which every class has its turn.</param>
    public TrainedNetworks(Network network, Dataset data)
    {
        Network = network;
        _scorer = new(() => new Scorer(network, normalized: false));
        _normalized = new(() => new Scorer(network, normalized: true));
        _added = new(() => AddedNormalization.Of(network, network.Read(), data));
        var outputs = Scores(new TrainedNetwork(network.Read()), network.Signature.Sample(data, PreferredBatch));
        _loss = ExampleObjective.AreProbabilities(outputs, Classes)
            ? LossKind.CrossEntropyOfProbabilities : LossKind.CrossEntropyOfLogits;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Network.Signature.Classes;

    /// <summary>Whether there is anything to normalise by batches.</summary>
    public bool CanNormalize => Network.Places.Count > 0 && Network.Signature.FixedBatch is null;

    /// <summary>Examples of a training's step.</summary>
    public int Batch(Dataset data) => Network.Signature.Batch(PreferredBatch, data.Count);

    /// <summary>The graph of a mode's gradients.</summary>
    public TrainingGraph Training(NormalizationMode mode, Dataset data)
    {
        var batch = Batch(data);
        return CollectionsMarshal.GetValueRefOrAddDefault(_graphs, (mode, batch), out _)
            ??= new TrainingGraph(Network, mode, _loss, data, batch);
    }

    /// <summary>Values of everything that a mode needs.</summary>
    public Parameters Complete(Parameters values, NormalizationMode mode) => mode == NormalizationMode.AsExported
        ? values
        : new(_added.Value.Values.Where(pair => !values.Values.ContainsKey(pair.Key)).Concat(values.Values)
            .ToDictionary(StringComparer.Ordinal));

    /// <summary>Class scores, row by row.</summary>
    public float[] Scores(TrainedNetwork trained, Dataset data) =>
        (trained.Statistics is null ? _scorer : _normalized).Value.Scores(trained, data);

    /// <summary>The class of the highest score, for each example.</summary>
    public int[] Predictions(TrainedNetwork trained, Dataset data) =>
        SessionRuns.Classes(Scores(trained, data), Classes);

    /// <summary>Balanced accuracy.</summary>
    public double Accuracy(TrainedNetwork trained, Dataset data) =>
        BalancedAccuracy.Of(Predictions(trained, data), data.Labels!).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var graph in _graphs.Values) graph.Dispose();
        if (_scorer.IsValueCreated) _scorer.Value.Dispose();
        if (_normalized.IsValueCreated) _normalized.Value.Dispose();
    }
}

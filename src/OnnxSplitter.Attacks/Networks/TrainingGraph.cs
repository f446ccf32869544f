using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>The gradient of a network's loss on a batch with respect to all of its tensors.</summary>
internal sealed class TrainingGraph : IDisposable
{
    private readonly Network _network;
    private readonly NetworkGraph _graph;
    private readonly LossHead _head;
    private readonly InferenceSession _session;
    private readonly FedValues _fed;
    private readonly string[] _paths;
    private readonly string[] _fetches;

    /// <summary>Builds it, for one batch size.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mode">How it normalises.</param>
    /// <param name="loss">Of its output.</param>
    /// <param name="data">At least a batch of examples.</param>
    /// <param name="batch">Examples a run.</param>
    public TrainingGraph(Network network, NormalizationMode mode, LossKind loss, Dataset data, int batch)
    {
        (_network, Mode, Batch) = (network, mode, batch);
        var signature = network.Signature;
        _graph = new NetworkGraph(network, mode);
        _head = LossHead.Append(
            _graph.Proto.Graph, _graph.Builder, loss, signature.Output, signature.BatchDims(batch));
        _fed = new FedValues(_graph.Tensors.Select(tensor => (tensor.Path, tensor.Dims)));
        using var feeds = Examples(data, 0, new float[batch * signature.Width]);
        ConcreteShapes.Write(_graph.Proto.Graph, feeds);
        var all = feeds.Values.Concat(_fed.Values).ToDictionary(StringComparer.Ordinal);
        var gradients = Differentiation.Append(_graph.Proto, _graph.Builder, all, _head.Value,
            [.. _graph.Tensors.Select(tensor => tensor.Path)], out _, network.Model.Gradients,
            network.Model.Sessions);
        _paths = [.. gradients.Names.Keys];
        _fetches =
        [
            _head.Value, .. gradients.Names.Values,
            .. _graph.Statistics.SelectMany(place => new[] { place.Mean, place.Variance }),
        ];
        foreach (var output in _fetches.Distinct(StringComparer.Ordinal))
            _graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = output });
        _session = network.Model.Sessions.Open(_graph.Proto);
    }

    /// <summary>How it normalises.</summary>
    public NormalizationMode Mode { get; }

    /// <summary>Examples a run.</summary>
    public int Batch { get; }

    /// <summary>Everything that has to have a value, those that a thief adds included.</summary>
    public IReadOnlyList<NetworkTensor> Tensors => _graph.Tensors;

    /// <summary>Runs a batch.</summary>
    /// <param name="values">Of all tensors.</param>
    /// <param name="data">Examples.</param>
    /// <param name="start">The first of the batch.</param>
    /// <param name="targets">What the loss compares outputs with, a row for each example of the data.</param>
    /// <param name="statistics">Takes those of the batch.</param>
    /// <param name="step">Told each tensor that has one: its path, and the gradient of the loss.</param>
    /// <returns>The loss.</returns>
    public float Run(Parameters values, Dataset data, int start, float[] targets, RunningStatistics statistics,
        Action<string, ReadOnlySpan<float>> step)
    {
        foreach (var tensor in _graph.Tensors) _fed.Set(tensor.Path, values[tensor.Path]);
        using var feeds = Examples(data, start, targets);
        using var run = new RunOptions();
        using var results = _session.Run(run, [.. feeds.Values.Keys, .. _fed.Values.Keys],
            [.. feeds.Values.Values, .. _fed.Values.Values], _fetches);
        for (var i = 0; i < _paths.Length; i++) step(_paths[i], OrtFloats.Read(results[1 + i]));
        for (var i = 0; i < _graph.Statistics.Count; i++)
        {
            var names = NetworkGraph.RunningNames(_graph.Statistics[i].Place);
            statistics.Add(names.Mean, OrtFloats.Read(results[1 + _paths.Length + 2 * i]));
            statistics.Add(names.Variance, OrtFloats.Read(results[2 + _paths.Length + 2 * i]));
        }

        return OrtFloats.Read(results[0])[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fed.Dispose();
        _session.Dispose();
    }

    private FeedSet Examples(Dataset data, int start, float[] targets)
    {
        var signature = _network.Signature;
        var feeds = new FeedSet();
        foreach (var input in signature.Inputs) feeds.Values[input.Name] = data.Batch(input.Name, start, Batch);
        feeds.Values[_head.Target] = AlignedTensor.Of(
            targets.AsSpan(start * signature.Width, Batch * signature.Width), signature.BatchDims(Batch));
        return feeds;
    }
}

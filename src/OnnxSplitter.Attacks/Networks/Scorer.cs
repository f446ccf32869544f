using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>Runs a network with any values for its tensors.</summary>
internal sealed class Scorer : IDisposable
{
    private const int PreferredBatch = 128;

    private readonly Network _network;
    private readonly InferenceSession _session;
    private readonly FedValues _fed;

    /// <summary>Opens it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="normalized">Whether its normalisations are fed.</param>
    public Scorer(Network network, bool normalized)
    {
        _network = network;
        var graph = new NetworkGraph(
            network, normalized ? NormalizationMode.Running : NormalizationMode.AsExported);
        graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = network.Signature.Output });
        _session = network.Model.Sessions.Open(graph.Proto);
        _fed = new FedValues(graph.Tensors.Select(tensor => (tensor.Path, tensor.Dims)).Concat(
            (normalized ? network.Places : []).Select(NetworkGraph.RunningNames).SelectMany(
                names => new[] { names.Mean, names.Variance }.Select(
                    name => (name, (IReadOnlyList<long>)[names.Place.Channels])))));
    }

    /// <summary>Class scores [examples, classes], row by row.</summary>
    /// <param name="trained">Values.</param>
    /// <param name="data">Examples.</param>
    public float[] Scores(TrainedNetwork trained, Dataset data)
    {
        foreach (var (name, values) in trained.Values.Values)
            if (_fed.Values.ContainsKey(name)) _fed.Set(name, values);
        foreach (var (name, values) in trained.Statistics?.Values ?? new Dictionary<string, float[]>())
            if (_fed.Values.ContainsKey(name)) _fed.Set(name, values);
        var signature = _network.Signature;
        var scores = new float[data.Count * signature.Width];
        var batch = signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            // A model of a fixed batch size gets its last batch filled up with examples that it has seen.
            var first = signature.FixedBatch is null ? start : Math.Max(0, Math.Min(start, data.Count - batch));
            using var examples = new FeedSet();
            foreach (var input in signature.Inputs)
                examples.Values[input.Name] = data.Batch(input.Name, first, Math.Min(batch, data.Count - first));
            using var results = _session.Run(run, [.. examples.Values.Keys, .. _fed.Values.Keys],
                [.. examples.Values.Values, .. _fed.Values.Values], [signature.Output]);
            OrtFloats.Read(results[0]).CopyTo(scores.AsSpan(first * signature.Width));
        }

        return scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fed.Dispose();
        _session.Dispose();
    }
}

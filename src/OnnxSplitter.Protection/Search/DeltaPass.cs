using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Loss, outputs and gradient of a model in which a few output channels are changed: one session for all steps of a
/// search. The model's values are those at the time of construction.
/// </summary>
internal sealed class DeltaPass : IDisposable
{
    private readonly LossGraph _graph;
    private readonly InferenceSession _session;
    private readonly string[] _deltas;
    private readonly string[] _outputs;

    /// <summary>Builds the graph and opens the session.</summary>
    /// <param name="model">The model. Not changed.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="loss">The loss of its output.</param>
    /// <param name="temperature">Divides the margin of a smooth accuracy.</param>
    /// <param name="batch">Examples per run; the model's own number if it allows only one.</param>
    /// <param name="sets">What changes: each tensor once.</param>
    /// <param name="data">At least a batch of examples, from which shapes are learnt.</param>
    /// <exception cref="OnnxSplitter.Onnx.ModelFormatException">
    /// The ops that use a tensor have no channels of it (<see cref="ChannelUse"/>), or it does not influence the
    /// output.
    /// </exception>
    /// <exception cref="OnnxSplitter.Gradients.Building.GradientException">
    /// An op on the way can't be differentiated.
    /// </exception>
    public DeltaPass(SearchModel model, ModelSignature signature, LossKind loss, float temperature, int batch,
        IReadOnlyList<ChannelSet> sets, Dataset data)
    {
        var uses = sets.Select(set => ChannelUse.Of(model.Proto.Graph, set.Tensor)).ToArray();
        foreach (var (tensor, channels) in sets)
            if (channels.Zip(channels.Skip(1)).Any(pair => pair.First >= pair.Second))
                throw new ArgumentException($"The channels of {tensor.Path} are not in ascending order.", nameof(sets));
        Dims = [.. sets.Zip(uses, (set, use) => use.Restricted(set))];
        _deltas = [.. sets.Select((_, i) => $"{LossGraph.Prefix}delta::{i}")];
        var branches = sets.Select((set, i) => new DeltaBranch(set, uses[i], _deltas[i])).ToArray();
        _graph = new LossGraph(model, signature, batch, loss, temperature, builder => sets.Zip(branches).ToDictionary(
            pair => pair.First.Tensor.Path,
            pair => pair.Second.AppendWeights(builder, model.Values(pair.First.Tensor.Path)),
            StringComparer.Ordinal));
        foreach (var delta in _deltas) _graph.AddInput(delta);
        using var feeds = Feeds(data, 0, new float[data.Count * signature.Width],
            [.. Dims.Select(dims => new float[dims.Aggregate(1L, (product, dim) => product * dim)])]);
        var ops = _graph.Proto.Graph.Node.ToArray();
        var gradients = _graph.Differentiate(feeds, [.. uses.SelectMany(use => use.Outputs)], out var values).Names;
        _outputs = [_graph.Loss, signature.Output, .. sets.Select((set, i) => ops
            .Where(node => uses[i].Outputs.Contains(node.Output[0]) && gradients.ContainsKey(node.Output[0]))
            .Select(node => branches[i].AppendGradient(_graph.Builder, values, node, gradients[node.Output[0]]))
            .Aggregate((string?)null, (sum, part) => sum is null ? part : _graph.Builder.Add(sum, part))
            ?? throw ChannelUse.Refused(set.Tensor, "it does not influence the output"))];
        foreach (var output in _outputs) _graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = output });
        _session = model.Sessions.Open(_graph.Proto);
    }

    /// <summary>Shape of each set's delta: the tensor's, with only the set's channels.</summary>
    public IReadOnlyList<long[]> Dims { get; }

    /// <summary>Examples per run.</summary>
    public int Batch => _graph.Batch;

    /// <summary>Runs one batch.</summary>
    /// <param name="data">Examples.</param>
    /// <param name="start">The first one.</param>
    /// <param name="targets">What the loss compares outputs with: a row per example of the data.</param>
    /// <param name="deltas">Per set, what is added to its channels' weights, row by row.</param>
    public DeltaStep Run(Dataset data, int start, float[] targets, IReadOnlyList<float[]> deltas)
    {
        using var feeds = Feeds(data, start, targets, deltas);
        using var run = new RunOptions();
        using var results = _session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values], _outputs);
        return new DeltaStep(
            results[0].GetTensorDataAsSpan<float>()[0], results[1].GetTensorDataAsSpan<float>().ToArray(),
            [.. results.Skip(2).Select(result => result.GetTensorDataAsSpan<float>().ToArray())]);
    }

    /// <summary>Releases the session.</summary>
    public void Dispose() => _session.Dispose();

    private FeedSet Feeds(Dataset data, int start, float[] targets, IReadOnlyList<float[]> deltas)
    {
        var feeds = _graph.Feeds(data, start, targets);
        for (var i = 0; i < _deltas.Length; i++)
            feeds.Values[_deltas[i]] = AlignedTensor.Of(deltas[i], Dims[i]);
        return feeds;
    }
}

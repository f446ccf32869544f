using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Search;

/// <summary>The gradient of the objective with respect to every weight tensor, at the model's present values.</summary>
internal sealed class GradientPass : IDisposable
{
    // All activations of a batch are in memory at once.
    private const int PreferredBatch = 32;

    private readonly SearchModel _model;
    private readonly LossGraph _graph;
    private readonly IReadOnlyDictionary<string, string> _gradients;
    private readonly int _width;
    private InferenceSession? _session;

    public GradientPass(SearchModel model, ModelSignature signature, Dataset data, Objective objective)
    {
        _model = model;
        _model.Changing += Close;
        var batch = signature.Batch(PreferredBatch, data.Count);
        _width = signature.Width;
        _graph = new LossGraph(model, signature, batch, objective.Loss, objective.Temperature);
        using var feeds = _graph.Feeds(data, 0, new float[batch * _width]);
        var gradients = _graph.Differentiate(feeds, [.. model.Tensors.Select(tensor => tensor.Path)], out var values);
        (_gradients, Values) = (gradients.Names, values);
        model.Estimated.UnionWith(gradients.Estimated);
        foreach (var output in _gradients.Values.Distinct())
            _graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = output });
    }

    /// <summary>Type and shape of every value, at this pass's batch size.</summary>
    public IReadOnlyDictionary<string, ValueInfo> Values { get; }

    /// <summary>Runs over the examples.</summary>
    /// <param name="data">Examples; a rest that fills no whole batch is left out.</param>
    /// <param name="objective">What to differentiate; of this pass's temperature.</param>
    /// <returns>Per tensor path, the gradient of the objective's mean, row by row.</returns>
    public Dictionary<string, float[]> Run(Dataset data, Objective objective)
    {
        var targets = objective.Targets(data, _width);
        _session ??= Sessions.Open(_graph.Proto);
        var paths = _gradients.Keys.ToArray();
        var sums = paths.ToDictionary(path => path, path => new float[_model.Values(path).Length], StringComparer.Ordinal);
        var batches = data.Count / _graph.Batch;
        using var run = new RunOptions();
        for (var i = 0; i < batches; i++)
        {
            using var feeds = _graph.Feeds(data, i * _graph.Batch, targets);
            using var results = _session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
                [.. paths.Select(path => _gradients[path])]);
            for (var k = 0; k < paths.Length; k++)
                TensorPrimitives.Add(sums[paths[k]], OrtFloats.Read(results[k]), sums[paths[k]]);
        }

        var factor = (float)(objective.LossFactor(data) / (batches * _graph.Batch));
        foreach (var sum in sums.Values) TensorPrimitives.Multiply(sum, factor, sum);
        return sums;
    }

    /// <summary>Releases the session.</summary>
    public void Dispose()
    {
        _model.Changing -= Close;
        Close();
    }

    private void Close(object? sender, EventArgs e) => Close();

    private void Close()
    {
        _session?.Dispose();
        _session = null;
    }
}

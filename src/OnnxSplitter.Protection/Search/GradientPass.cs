using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Search;

/// <summary>The gradient of the objective with respect to every weight tensor, at the model's present values.</summary>
internal sealed class GradientPass : IDisposable
{
    // All activations of a batch are in memory at once, of several batches side by side. Those of a large model are
    // less than its gradients, which one run makes once; and each position of a sequence counts as an example does.
    private const int PreferredBatch = 8;
    private const int BatchOfLarge = 32;
    private const int BatchOfLargeSequences = 16;

    // A float32 of a batch's gradient, and one of the sum.
    private const long BytesPerWeight = 2 * sizeof(float);

    private readonly SearchModel _model;
    private readonly LossGraph _graph;
    private readonly IReadOnlyDictionary<string, string> _gradients;
    private readonly int _width;
    private readonly List<string[]> _groups;
    private InferenceSession? _session;

    /// <summary>Builds the graph; opens no session yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="data">At least a batch of examples.</param>
    /// <param name="objective">What is differentiated.</param>
    /// <param name="memory">Bytes that gradients may take at a time; a single tensor's may take more.</param>
    public GradientPass(SearchModel model, ModelSignature signature, Dataset data, Objective objective,
        long memory = long.MaxValue)
    {
        _model = model;
        _model.Changing += Close;
        var preferred = !GraphSessions.IsLarge(model.File) ? PreferredBatch
            : data.IsOfSequences ? BatchOfLargeSequences
            : BatchOfLarge;
        var batch = signature.Batch(preferred, data.Count);
        _width = signature.Width;
        _graph = new LossGraph(model, signature, batch, objective.Loss, objective.LossTemperature);
        using var feeds = _graph.Feeds(data, 0, new float[batch * _width]);
        var gradients = _graph.Differentiate(feeds, [.. model.Tensors.Select(tensor => tensor.Path)], out var values);
        (_gradients, Values) = (gradients.Names, values);
        Products = RunCost.Of(model.Proto.Graph.Node, values, batch);
        model.Estimated.UnionWith(gradients.Estimated);
        _groups = GroupsWithin(memory);
    }

    /// <summary>Examples per run: fewer have no gradient.</summary>
    public int Batch => _graph.Batch;

    /// <summary>Groups of tensors whose gradients are taken one after the other.</summary>
    public int Groups => _groups.Count;

    /// <summary>Type and shape of every value, at this pass's batch size.</summary>
    public IReadOnlyDictionary<string, ValueInfo> Values { get; }

    /// <summary>Multiplications that the model takes for one example.</summary>
    public long Products { get; }

    /// <summary>
    /// Runs over the examples, once for each group of tensors whose gradients fit the memory: then only one group's are
    /// held at a time.
    /// </summary>
    /// <param name="data">At least a batch of examples; a rest that fills no whole batch is left out.</param>
    /// <param name="objective">What to differentiate; of this pass's loss and temperature.</param>
    /// <param name="outputs">Gives the model's present outputs for the examples, if asked.</param>
    /// <returns>
    /// Per tensor path, in graph order, the gradient of the objective's mean, row by row; computed when asked for.
    /// </returns>
    public IEnumerable<KeyValuePair<string, float[]>> Run(
        Dataset data, Objective objective, Func<float[]> outputs)
    {
        var targets = objective.Targets(data, _width, outputs);
        foreach (var group in _groups)
        {
            // A session of all tensors is kept for the next round; sessions of parts would hold the weights once each.
            if (_groups.Count > 1) Close();
            _session ??= _model.Sessions.Open(Part(group), sideBySide: true);
            foreach (var gradient in Run(_session, group, data, targets, objective)) yield return gradient;
        }
    }

    private IEnumerable<KeyValuePair<string, float[]>> Run(
        InferenceSession session, string[] paths, Dataset data, float[] targets, Objective objective)
    {
        var batches = data.Count / _graph.Batch;
        ArgumentOutOfRangeException.ThrowIfZero(batches, nameof(data));
        var factor = (float)(objective.LossFactor(data) / (batches * _graph.Batch));
        var sums = new float[]?[paths.Length];
        string[] wanted = [.. paths.Select(path => _gradients[path])];
        var together = GraphSessions.IsLarge(_model.File) ? 1 : SideBySide.Runs;
        for (var first = 0; first < batches; first += together)
        {
            using var results = new RunResults(Math.Min(together, batches - first));
            SideBySide.Each(results.Count, i => results[i] = Run((first + i) * _graph.Batch));
            for (var k = 0; k < paths.Length; k++)
            {
                var sum = sums[k] ??= new float[_model.Count(paths[k])];
                for (var i = 0; i < results.Count; i++)
                {
                    TensorPrimitives.Add(sum, OrtFloats.Read(results[i]![k]), sum);

                    // Of a large model all gradients are as large as itself.
                    results[i]![k].Dispose();
                }

                if (first + results.Count < batches) continue;
                TensorPrimitives.Multiply(sum, factor, sum);
                sums[k] = null;
                yield return new(paths[k], sum);
            }
        }

        IDisposableReadOnlyCollection<OrtValue> Run(int start)
        {
            using var run = new RunOptions();
            using var feeds = _graph.Feeds(data, start, targets);
            return session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values], wanted);
        }
    }

    /// <summary>
    /// The gradient graph with the outputs of some tensors: ONNX Runtime leaves out what the others need.
    /// </summary>
    private ModelProto Part(string[] paths)
    {
        _graph.Proto.Graph.Output.Clear();
        foreach (var output in paths.Select(path => _gradients[path]).Distinct(StringComparer.Ordinal))
            _graph.Proto.Graph.Output.Add(new ValueInfoProto { Name = output });
        return _graph.Proto;
    }

    private List<string[]> GroupsWithin(long memory)
    {
        var groups = new List<string[]>();
        var group = new List<string>();
        var bytes = 0L;
        foreach (var path in _gradients.Keys)
        {
            var more = BytesPerWeight * _model.Count(path);
            if (group.Count > 0 && bytes + more > memory)
            {
                groups.Add([.. group]);
                group.Clear();
                bytes = 0;
            }

            group.Add(path);
            bytes += more;
        }

        if (group.Count > 0) groups.Add([.. group]);
        return groups;
    }

    /// <summary>Releases the session.</summary>
    public void Dispose()
    {
        _model.Changing -= Close;
        Close();
    }

    private void Close(object? sender, WeightsChangingEventArgs e) => Close();

    private void Close()
    {
        _session?.Dispose();
        _session = null;
    }
}

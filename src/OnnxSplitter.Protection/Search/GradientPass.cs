using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Search;

/// <summary>The gradient of the objective with respect to every weight tensor, at the model's present values.</summary>
internal sealed class GradientPass
{
    private const string Prefix = "onnxsplitter::";

    // All activations of a batch are in memory at once.
    private const int PreferredBatch = 64;

    private readonly SearchModel _model;
    private readonly ModelProto _graph;
    private readonly IReadOnlyDictionary<string, string> _gradients;
    private readonly LossHead _head;
    private readonly string[] _inputs;
    private readonly int _batch;
    private readonly int _classes;

    public GradientPass(SearchModel model, ModelSignature signature, Dataset data, Objective objective)
    {
        _model = model;
        _batch = signature.FixedBatch ?? Math.Min(PreferredBatch, data.Count);
        _inputs = [.. signature.Inputs.Select(input => input.Name)];
        _classes = signature.Classes;
        _graph = new ModelProto
        {
            IrVersion = model.Proto.IrVersion,
            OpsetImport = { model.Proto.OpsetImport },
            Functions = { model.Proto.Functions },
            Graph = new GraphProto
            {
                Name = "gradient",
                Node = { model.Proto.Graph.Node.Select(node => node.OpType == "MaxPool" ? node.Clone() : node) },
                Initializer = { model.Proto.Graph.Initializer },
                Input = { model.Proto.Graph.Input.Select(input => input.Clone()) },
            },
        };
        var builder = new GraphBuilder(_graph.Graph, model.Opset, Prefix);
        var logits = objective.Probabilities
            ? builder.Op("Log", [builder.Op("Clip", [signature.Output, builder.Scalar(Objective.SmallestProbability)])])
            : signature.Output;
        _head = LossHead.Append(_graph.Graph, builder, LossKind.SmoothAccuracy, logits, [_batch, signature.Classes],
            objective.Temperature);
        using var feeds = Feeds(data, new float[_batch * signature.Classes], 0);
        Fix(_graph.Graph, feeds.Values);
        Values = ValueProbe.Run(_graph, feeds.Values);
        _gradients = GradientGraph.Append(_graph.Graph, builder, Values, _head.Value,
            [.. model.Tensors.Select(tensor => tensor.Path)]);
        foreach (var output in _gradients.Values.Distinct())
            _graph.Graph.Output.Add(new ValueInfoProto { Name = output });
    }

    /// <summary>Type and shape of every value, at this pass's batch size.</summary>
    public IReadOnlyDictionary<string, ValueInfo> Values { get; }

    /// <summary>Runs over the examples.</summary>
    /// <param name="data">Examples; a rest that fills no whole batch is left out.</param>
    /// <param name="objective">What to differentiate; of this pass's temperature.</param>
    /// <returns>Per tensor path, the gradient of the objective's mean, row by row.</returns>
    public Dictionary<string, float[]> Run(Dataset data, Objective objective)
    {
        var targets = objective.Targets(data, _classes);
        using var session = Sessions.Open(_graph);
        var paths = _gradients.Keys.ToArray();
        var sums = paths.ToDictionary(path => path, path => new float[_model.Values(path).Length], StringComparer.Ordinal);
        var batches = data.Count / _batch;
        using var run = new RunOptions();
        for (var i = 0; i < batches; i++)
        {
            using var feeds = Feeds(data, targets, i * _batch);
            using var results = session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
                [.. paths.Select(path => _gradients[path])]);
            for (var k = 0; k < paths.Length; k++)
                TensorPrimitives.Add(sums[paths[k]], results[k].GetTensorDataAsSpan<float>(), sums[paths[k]]);
        }

        foreach (var sum in sums.Values) TensorPrimitives.Multiply(sum, objective.LossSign / (batches * _batch), sum);
        return sums;
    }

    private FeedSet Feeds(Dataset data, float[] targets, int start)
    {
        var feeds = new FeedSet();
        foreach (var name in _inputs) feeds.Values[name] = data.Batch(name, start, _batch);
        feeds.Values[_head.Target] = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, targets.AsMemory(start * _classes, _batch * _classes), [_batch, _classes]);
        return feeds;
    }

    /// <summary>Writes concrete shapes into the graph's inputs, so that ONNX Runtime can fold what depends on them.</summary>
    private static void Fix(GraphProto graph, Dictionary<string, OrtValue> feeds)
    {
        foreach (var input in graph.Input)
        {
            if (!feeds.TryGetValue(input.Name, out var value)) continue;
            var shape = new TensorShapeProto();
            foreach (var dim in value.GetTensorTypeAndShape().Shape)
                shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
            input.Type.TensorType.Shape = shape;
        }
    }
}

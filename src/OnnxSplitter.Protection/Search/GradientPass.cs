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

    private readonly SearchModel _model;
    private readonly ModelProto _graph;
    private readonly IReadOnlyDictionary<string, string> _gradients;
    private readonly LossHead _head;
    private readonly string[] _inputs;
    private readonly int _batch;
    private readonly int _threads;
    private readonly int _classes;

    public GradientPass(SearchModel model, ModelSignature signature, Dataset data, LossKind kind, int batch, int threads)
    {
        (_model, _batch, _threads) = (model, batch, threads);
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
        _head = LossHead.Append(_graph.Graph, builder, kind, signature.Output, [batch, signature.Classes]);
        using var feeds = Feeds(data, new float[batch * signature.Classes], 0);
        Fix(_graph.Graph, feeds.Values);
        var values = ValueProbe.Run(_graph, feeds.Values, threads);
        _gradients = GradientGraph.Append(_graph.Graph, builder, values, _head.Value,
            [.. model.Tensors.Select(tensor => tensor.Path)]);
        foreach (var output in _gradients.Values.Append(_head.Value).Distinct())
            _graph.Graph.Output.Add(new ValueInfoProto { Name = output });
    }

    /// <summary>Runs over the examples.</summary>
    /// <param name="data">Examples; a rest that fills no whole batch is left out.</param>
    /// <param name="targets">Target rows for the loss.</param>
    public (double Loss, Dictionary<string, float[]> Gradients) Run(Dataset data, float[] targets)
    {
        using var session = Sessions.Open(_graph, _threads);
        var paths = _gradients.Keys.ToArray();
        var sums = paths.ToDictionary(path => path, path => new float[_model.Values(path).Length], StringComparer.Ordinal);
        double loss = 0;
        var batches = data.Count / _batch;
        using var run = new RunOptions();
        for (var i = 0; i < batches; i++)
        {
            using var feeds = Feeds(data, targets, i * _batch);
            using var results = session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
                [_head.Value, .. paths.Select(path => _gradients[path])]);
            loss += results[0].GetTensorDataAsSpan<float>()[0];
            for (var k = 0; k < paths.Length; k++)
                TensorPrimitives.Add(sums[paths[k]], results[k + 1].GetTensorDataAsSpan<float>(), sums[paths[k]]);
        }

        return (loss / (batches * _batch), sums);
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
    private static void Fix(GraphProto graph, IReadOnlyDictionary<string, OrtValue> feeds)
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

/// <summary>Values for one run, released together.</summary>
internal sealed class FeedSet : IDisposable
{
    public Dictionary<string, OrtValue> Values { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }
}

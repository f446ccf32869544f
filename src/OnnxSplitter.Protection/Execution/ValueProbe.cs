using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Gradients;

namespace OnnxSplitter.Protection.Execution;

/// <summary>
/// Learns the type and shape of every value of a graph by running it once: exact for every op and exporter, where
/// static shape inference gives up at the first computed shape.
/// </summary>
internal static class ValueProbe
{
    // Integer tensors up to this size are shapes, axes or indices whose content a gradient rule may need.
    private const long MaxIntegers = 256;

    /// <summary>Runs the graph on one batch.</summary>
    /// <param name="model">The model. Not changed.</param>
    /// <param name="feeds">One value per graph input. Owned by the caller.</param>
    public static Dictionary<string, ValueInfo> Run(
        ModelProto model, IReadOnlyDictionary<string, OrtValue> feeds)
    {
        var values = new Dictionary<string, ValueInfo>(StringComparer.Ordinal);
        foreach (var tensor in model.Graph.Initializer)
            values[tensor.Name] = new ValueInfo((TensorProto.Types.DataType)tensor.DataType, [.. tensor.Dims],
                Integers(tensor));
        foreach (var (name, value) in feeds) values[name] = Info(value);

        var (probe, shapes) = WithOutputs(model);
        using var session = Sessions.Open(probe, optimised: false);
        var fetches = shapes.Where(pair => session.OutputMetadata[pair.Key].IsTensor)
            .Select(pair => (Value: pair.Key, Type: session.OutputMetadata[pair.Key].ElementDataType, Shape: pair.Value))
            .Select(pair => (pair.Value, pair.Type, Fetch: pair.Type == TensorElementType.Int64 ? pair.Value : pair.Shape))
            .ToArray();

        var names = feeds.Keys.ToArray();
        using var run = new RunOptions();
        using var results = session.Run(run, names, [.. names.Select(name => feeds[name])],
            [.. fetches.Select(fetch => fetch.Fetch)]);
        foreach (var (fetch, result) in fetches.Zip(results))
        {
            values[fetch.Value] = fetch.Type == TensorElementType.Int64
                ? Info(result)
                : new ValueInfo((TensorProto.Types.DataType)fetch.Type, result.GetTensorDataAsSpan<long>().ToArray());
        }

        return values;
    }

    private static (ModelProto Probe, Dictionary<string, string> Shapes) WithOutputs(ModelProto model)
    {
        var probe = model.Clone();
        var shapes = new Dictionary<string, string>(StringComparer.Ordinal);
        probe.Graph.Output.Clear();
        probe.Graph.Node.Clear();
        foreach (var node in model.Graph.Node)
        {
            probe.Graph.Node.Add(node);
            foreach (var output in node.Output)
            {
                if (output.Length == 0) continue;
                var shape = $"shape of {output}";
                shapes[output] = shape;
                probe.Graph.Node.Add(new NodeProto { OpType = "Shape", Input = { output }, Output = { shape } });
                probe.Graph.Output.Add(new ValueInfoProto { Name = output });
                probe.Graph.Output.Add(new ValueInfoProto { Name = shape });
            }
        }

        return (probe, shapes);
    }

    private static ValueInfo Info(OrtValue value)
    {
        var tensor = value.GetTensorTypeAndShape();
        var count = tensor.Shape.Aggregate(1L, (product, dim) => product * dim);
        var integers = tensor.ElementDataType == TensorElementType.Int64 && count <= MaxIntegers
            ? value.GetTensorDataAsSpan<long>().ToArray()
            : null;
        return new ValueInfo((TensorProto.Types.DataType)tensor.ElementDataType, tensor.Shape, integers);
    }

    private static long[]? Integers(TensorProto tensor)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Int64) return null;
        if (tensor.Int64Data.Count > 0) return [.. tensor.Int64Data];
        return tensor.RawData.Length <= MaxIntegers * sizeof(long)
            ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray()
            : null;
    }
}

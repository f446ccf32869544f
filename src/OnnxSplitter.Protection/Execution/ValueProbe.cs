using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Protection.Execution;

/// <summary>
/// Learns the type and shape of every value of a graph by running it once: exact for every op and exporter, where
/// static shape inference gives up at the first computed shape.
/// </summary>
internal static class ValueProbe
{
    // Tensors up to this size are shapes, axes, indices or scales whose content a gradient rule may need.
    private const long MaxElements = 256;

    /// <summary>Runs the graph on one batch.</summary>
    /// <param name="model">The model. Not changed.</param>
    /// <param name="feeds">One value per graph input. Owned by the caller.</param>
    /// <param name="sessions">Opens sessions of it; null for a graph that stands alone.</param>
    public static Dictionary<string, ValueInfo> Run(
        ModelProto model, IReadOnlyDictionary<string, OrtValue> feeds, GraphSessions? sessions = null)
    {
        var values = new Dictionary<string, ValueInfo>(StringComparer.Ordinal);
        foreach (var tensor in model.Graph.Initializer)
            values[tensor.Name] = new ValueInfo((TensorProto.Types.DataType)tensor.DataType, [.. tensor.Dims],
                Integers(tensor), Floats(tensor));
        foreach (var sparse in model.Graph.SparseInitializer)
            values[sparse.Values.Name] =
                new ValueInfo((TensorProto.Types.DataType)sparse.Values.DataType, [.. sparse.Dims]);
        foreach (var (name, value) in feeds) values[name] = Info(value);

        var (probe, shapes) = WithOutputs(model);
        using var session = (sessions ?? GraphSessions.Plain).Open(probe, optimised: false);
        var fetches = shapes.Where(pair => session.OutputMetadata[pair.Key].IsTensor)
            .Select(
                pair => (Value: pair.Key, Type: session.OutputMetadata[pair.Key].ElementDataType, Shape: pair.Value))
            .Select(pair => (pair.Value, pair.Type, Whole: IsInteger(pair.Type), pair.Shape))
            .ToArray();

        var names = feeds.Keys.ToArray();
        using var run = new RunOptions();
        using var results = session.Run(run, names, [.. names.Select(name => feeds[name])],
            [.. fetches.Select(fetch => fetch.Whole ? fetch.Value : fetch.Shape)]);
        foreach (var (fetch, result) in fetches.Zip(results))
        {
            values[fetch.Value] = fetch.Whole
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
        var integers = count > MaxElements ? null : tensor.ElementDataType switch
        {
            TensorElementType.Int64 => value.GetTensorDataAsSpan<long>().ToArray(),
            TensorElementType.Int32 => Array.ConvertAll(value.GetTensorDataAsSpan<int>().ToArray(), i => (long)i),
            TensorElementType.Bool => Array.ConvertAll(value.GetTensorDataAsSpan<bool>().ToArray(), b => b ? 1L : 0L),
            _ => null,
        };
        return new ValueInfo((TensorProto.Types.DataType)tensor.ElementDataType, tensor.Shape, integers);
    }

    private static bool IsInteger(TensorElementType type) =>
        type is TensorElementType.Int64 or TensorElementType.Int32 or TensorElementType.Bool;

    private static float[]? Floats(TensorProto tensor)
    {
        if ((TensorElementType)tensor.DataType != TensorElementType.Float || Count(tensor) > MaxElements) return null;
        return tensor.RawData.IsEmpty
            ? [.. tensor.FloatData]
            : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
    }

    private static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, dim) => product * dim);

    private static long[]? Integers(TensorProto tensor)
    {
        if (Count(tensor) > MaxElements) return null;
        var raw = tensor.RawData.Span;
        return (TensorElementType)tensor.DataType switch
        {
            TensorElementType.Int64 when raw.IsEmpty => [.. tensor.Int64Data],
            TensorElementType.Int64 => MemoryMarshal.Cast<byte, long>(raw).ToArray(),
            TensorElementType.Int32 or TensorElementType.Bool when raw.IsEmpty =>
                [.. tensor.Int32Data.Select(number => (long)number)],
            TensorElementType.Int32 =>
                Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw).ToArray(), number => (long)number),
            TensorElementType.Bool => Array.ConvertAll(raw.ToArray(), number => (long)number),
            _ => null,
        };
    }
}

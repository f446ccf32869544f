using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// The model while weights are being chosen: its graph, and the present values of its weight tensors. Graphs that are
/// made from it hold those values as constants, which ONNX Runtime's fast kernels need.
/// </summary>
internal sealed class SearchModel
{
    private readonly Dictionary<string, TensorProto> _protos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    public SearchModel(ModelFile file, TensorFilter filter)
    {
        Proto = file.ParseWhole();
        Tensors = filter.Apply([.. file.Weights.Where(tensor => tensor.TopLevel)]);
        foreach (var tensor in Proto.Graph.Initializer) _protos[tensor.Name] = tensor;
        foreach (var node in Proto.Graph.Node)
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.T is not null) is { } value)
                _protos[node.Output[0]] = value.T;
        foreach (var tensor in Tensors)
        {
            var proto = _protos[tensor.Path];
            _values[tensor.Path] = proto.RawData.IsEmpty
                ? [.. proto.FloatData]
                : MemoryMarshal.Cast<byte, float>(proto.RawData.Span).ToArray();
        }
    }

    /// <summary>The whole model; the values of changed tensors are up to date.</summary>
    public ModelProto Proto { get; }

    /// <summary>The tensors that may be changed: those of the main graph that pass the filter.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>Version of the default operator set.</summary>
    public long Opset => Proto.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1;

    /// <summary>Present values of a tensor, row by row.</summary>
    public ReadOnlySpan<float> Values(string path) => _values[path];

    public float[] MutableCopy(string path) => [.. _values[path]];

    /// <summary>Values are about to change: sessions that hold them as constants are out of date.</summary>
    public event EventHandler? Changing;

    /// <summary>Writes weights into the values and the graph.</summary>
    public void Write(IEnumerable<(WeightTensor Tensor, long Index, float Value)> weights)
    {
        Changing?.Invoke(this, EventArgs.Empty);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (tensor, index, value) in weights)
        {
            _values[tensor.Path][index] = value;
            touched.Add(tensor.Path);
        }

        foreach (var path in touched)
        {
            _protos[path].FloatData.Clear();
            _protos[path].RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(_values[path].AsSpan()));
        }
    }
}

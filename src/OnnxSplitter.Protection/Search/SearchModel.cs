using Microsoft.ML.OnnxRuntime;
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
    private readonly Dictionary<string, WeightValues> _values = new(StringComparer.Ordinal);

    public SearchModel(ModelFile file, TensorFilter filter)
    {
        Proto = file.ParseWhole();
        Tensors = filter.Apply([.. file.Weights.Where(tensor => tensor.TopLevel)]);
        var protos = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var tensor in Proto.Graph.Initializer) protos[tensor.Name] = tensor;
        foreach (var node in Proto.Graph.Node)
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.T is not null) is { } value)
                protos[node.Output[0]] = value.T;
        foreach (var tensor in Tensors) _values[tensor.Path] = new WeightValues(tensor, protos[tensor.Path]);
    }

    /// <summary>The whole model; the values of changed tensors are up to date.</summary>
    public ModelProto Proto { get; }

    /// <summary>The tensors that may be changed: those of the main graph that pass the filter.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>Version of the default operator set.</summary>
    public long Opset => Proto.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1;

    /// <summary>Present values of a tensor, row by row.</summary>
    public ReadOnlySpan<float> Values(string path) => _values[path].Values;

    /// <summary>The bits, of its tensor's type, that a weight gets with a value.</summary>
    public ulong Bits(WeightTensor tensor, long index, float value) => _values[tensor.Path].Bits(index, value);

    /// <summary>Whether a move can be written without moving what follows in the file.</summary>
    public bool Fits(Candidate candidate) => candidate.Weights.All(weight => candidate.Tensor.Storage.Fits(candidate.Tensor.Type,
        Bits(candidate.Tensor, weight.Index, Values(candidate.Tensor.Path)[(int)weight.Index]),
        Bits(candidate.Tensor, weight.Index, weight.Value)));

    /// <summary>A tensor at its present values but for some weights, for one run. The caller disposes it.</summary>
    public OrtValue With(WeightTensor tensor, IEnumerable<NewValue> weights) => _values[tensor.Path].With(weights);

    /// <summary>Values are about to change: sessions that hold them as constants are out of date.</summary>
    public event EventHandler? Changing;

    /// <summary>Writes weights into the values and the graph.</summary>
    public void Write(IEnumerable<(WeightTensor Tensor, long Index, float Value)> weights)
    {
        Changing?.Invoke(this, EventArgs.Empty);
        var touched = new HashSet<WeightValues>();
        foreach (var (tensor, index, value) in weights)
        {
            var values = _values[tensor.Path];
            values.Write(index, value);
            touched.Add(values);
        }

        foreach (var values in touched) values.Publish();
    }
}

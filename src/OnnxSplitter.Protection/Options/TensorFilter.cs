using System.IO.Enumeration;
using System.Text.Json.Serialization;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Options;

/// <summary>Which weight tensors a job may change. Patterns know <c>*</c> and <c>?</c>, and capitals.</summary>
/// <param name="Scope">Kinds.</param>
/// <param name="Include">A tensor's path must match one of these, if there are any.</param>
/// <param name="Exclude">And none of these.</param>
public sealed record TensorFilter(TensorScope Scope, IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    /// <summary>All tensors.</summary>
    public static TensorFilter None { get; } = new(TensorScope.All, [], []);

    /// <summary>
    /// Layers, counted from the model's end, whose tensors may change; null for all. A trusted process then runs these
    /// layers alone.
    /// </summary>
    public int? LastLayers { get; init; }

    /// <summary>
    /// Whether only weights and biases of layers may change whose output a host can correct by what a trusted process
    /// gives it: Conv, ConvTranspose, Gemm and MatMul of the main graph, float32.
    /// </summary>
    public bool ForCorrections { get; init; }

    /// <summary>Then, how many layers: those that cost the host least.</summary>
    public int MostLayers { get; init; } = 3;

    /// <summary>Paths of tensors of these layers, once a plan has found them; null before.</summary>
    [JsonIgnore]
    internal IReadOnlySet<string>? OfLayers { get; init; }

    /// <summary>Picks from the tensors of a model.</summary>
    /// <exception cref="ModelFormatException">None is left.</exception>
    public IReadOnlyList<WeightTensor> Apply(IReadOnlyList<WeightTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        WeightTensor[] left = [.. Last(tensors).Where(Passes)];
        return left.Length > 0 ? left : throw new ModelFormatException(
            "The model has no weight tensor of that kind and name.",
            "Widen TensorScope, Include and Exclude; the tensors that there are: "
            + string.Join(", ", tensors.Take(5).Select(tensor => tensor.Path)) + (tensors.Count > 5 ? ", ..." : "."))
        {
            Properties = [nameof(TensorScope), nameof(Include), nameof(Exclude)],
        };
    }

    /// <summary>Whether a tensor may be changed.</summary>
    internal bool Passes(WeightTensor tensor) =>
        OfLayers?.Contains(tensor.Path) != false
        && (Scope == TensorScope.All || tensor.Role.Multiplies)
        && (Scope != TensorScope.Conv || tensor.Role.Operator.Linear == LinearForm.Convolution)
        && (Include.Count == 0 || Include.Any(pattern => Matches(pattern, tensor)))
        && !Exclude.Any(pattern => Matches(pattern, tensor));

    private IEnumerable<WeightTensor> Last(IReadOnlyList<WeightTensor> tensors)
    {
        if (LastLayers is not { } count) return tensors;
        var kernels = tensors.Where(tensor => tensor.Role.Multiplies && tensor.Dims.Count > 1)
            .Select(tensor => tensor.GraphOrder).Distinct().Order().TakeLast(count).ToArray();
        return kernels.Length == 0 ? tensors : tensors.Where(tensor => tensor.GraphOrder >= kernels[0]);
    }

    private static bool Matches(string pattern, WeightTensor tensor) =>
        FileSystemName.MatchesSimpleExpression(pattern, tensor.Path, ignoreCase: false);
}

using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// What a report page shows beyond the figures: which tensors were touched, and how often; no position and no original
/// value of a single weight.
/// </summary>
/// <param name="Tensors">Every weight tensor, in graph order.</param>
/// <param name="History">The search's steps, trials included, in the order they were made.</param>
/// <param name="Output">Name of the model's output that was measured.</param>
/// <param name="Chance">What a model has by the measure that knows nothing.</param>
/// <param name="CalibrationCount">Examples that choosing looked at.</param>
/// <param name="EvaluationCount">Examples that the original, the obfuscated and the restored were measured on.</param>
/// <param name="Sha256Original">Of the original file, in hexadecimal.</param>
/// <param name="Sha256Obfuscated">Of the obfuscated file, in hexadecimal.</param>
public sealed record ProtectionDetails(
    IReadOnlyList<TensorChanges> Tensors,
    IReadOnlyList<ProtectionProgress> History,
    string Output,
    double Chance,
    int CalibrationCount,
    int EvaluationCount,
    string Sha256Original,
    string Sha256Obfuscated);

/// <summary>How much of a weight tensor was changed.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Role">What an op does with it.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Changed">Number of those that were changed.</param>
/// <param name="Values">Its values; null if nothing was changed, or none is finite.</param>
public sealed record TensorChanges(
    string Path, IReadOnlyList<long> Dims, WeightRole Role, long Weights, int Changed, ValueHistogram? Values)
{
    internal static IReadOnlyList<TensorChanges> Of(
        ModelFile file, SearchModel model, IReadOnlyList<WeightChange> changes)
    {
        var byPath = changes.ToLookup(change => change.Tensor.Path, StringComparer.Ordinal);
        return
        [
            // The sort is stable: tensors of one op stay in file order, and those of subgraphs follow the main graph.
            .. file.Weights.OrderBy(tensor => tensor.TopLevel ? tensor.Role.Node : int.MaxValue).Select(tensor =>
                new TensorChanges(tensor.Path, tensor.Dims, tensor.Role, tensor.Count, byPath[tensor.Path].Count(),
                    byPath.Contains(tensor.Path)
                        ? ValueHistogram.Of(model.Values(tensor.Path), Decoded(WeightCodec.Of(file, tensor), byPath[tensor.Path]))
                        : null)),
        ];
    }

    private static IEnumerable<(float, float)> Decoded(WeightCodec codec, IEnumerable<WeightChange> changes) => changes.Select(
        change => ((float)codec.Decode(change.Index, change.Original), (float)codec.Decode(change.Index, change.Obfuscated)));
}

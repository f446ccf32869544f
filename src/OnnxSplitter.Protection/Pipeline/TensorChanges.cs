using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How much of a weight tensor was changed.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Role">What an op does with it.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Changed">Number of those that were changed.</param>
/// <param name="Values">
/// Its values; null if nothing was changed, if none is finite, or if a key changed them.
/// </param>
public sealed record TensorChanges(
    string Path, IReadOnlyList<long> Dims, WeightRole Role, long Weights, long Changed, ValueHistogram? Values)
{
    internal static IReadOnlyList<TensorChanges> Of(
        ModelFile file, SearchModel model, IReadOnlyList<WeightChange> changes)
    {
        var byPath = changes.ToLookup(change => change.Tensor.Path, StringComparer.Ordinal);
        return
        [
            // The sort is stable: tensors of one op stay in file order, and those of subgraphs follow the main graph.
            .. file.Weights.OrderBy(tensor => tensor.GraphOrder).Select(tensor =>
                new TensorChanges(tensor.Path, tensor.Dims, tensor.Role, tensor.Count, byPath[tensor.Path].Count(),
                    byPath.Contains(tensor.Path)
                        ? ValueHistogram.Of(
                            model.Values(tensor.Path), Decoded(WeightCodec.Of(file, tensor), byPath[tensor.Path]))
                        : null)),
        ];
    }

    private static IEnumerable<(float, float)> Decoded(WeightCodec codec, IEnumerable<WeightChange> changes) =>
        changes.Select(change =>
            ((float)codec.Decode(change.Index, change.Original), (float)codec.Decode(change.Index, change.Obfuscated)));
}

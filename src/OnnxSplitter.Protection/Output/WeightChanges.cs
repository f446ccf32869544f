using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Output;

/// <summary>Puts what weights become together with what they were.</summary>
internal static class WeightChanges
{
    /// <summary>Reads the original bits from the model's files.</summary>
    /// <param name="file">The original model.</param>
    /// <param name="weights">What is to be written, in any order.</param>
    /// <returns>By tensor path and index; weights that stay as they are, are left out.</returns>
    public static List<WeightChange> Of(ModelFile file, IEnumerable<WeightBits> weights)
    {
        var changes = new List<WeightChange>();
        foreach (var group in weights.GroupBy(weight => weight.Tensor.Path, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            WeightBits[] own = [.. group.OrderBy(weight => weight.Index)];
            using var stream = file.OpenPart(own[0].Tensor.Storage.File);
            var originals = WeightPatcher.Read(stream, own[0].Tensor, [.. own.Select(weight => weight.Index)]);
            changes.AddRange(own.Zip(originals, (weight, original) =>
                new WeightChange(weight.Tensor, weight.Index, original, weight.Bits)));
        }

        changes.RemoveAll(change => change.Original == change.Obfuscated);
        return changes;
    }
}

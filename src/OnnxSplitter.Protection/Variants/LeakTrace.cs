using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Variants;

/// <summary>
/// Finds out whose obfuscated model was leaked. A variant's own weights differ from the original by a standard
/// deviation of their tensor or more; every other variant has them at their original value, and fine-tuning moves a
/// weight by far less than half of that.
/// </summary>
public static class LeakTrace
{
    private const double Found = 0.75;
    private const double NotFound = 0.5;

    // Enough values for a standard deviation.
    private const int SampledValues = 4096;

    /// <summary>Compares a leaked model with every variant's secrets.</summary>
    /// <param name="leaked">The model; names and shapes of its tensors are the original's.</param>
    /// <param name="secrets">The secrets by name. Still the caller's to dispose.</param>
    /// <returns>The best fit first.</returns>
    /// <exception cref="ModelFormatException">It has none of the tensors that the secrets name.</exception>
    public static IReadOnlyList<TraceEvidence> Compare(
        ModelFile leaked, IReadOnlyCollection<KeyValuePair<string, ModelSecrets>> secrets)
    {
        ArgumentNullException.ThrowIfNull(leaked);
        ArgumentNullException.ThrowIfNull(secrets);
        var holders = secrets.SelectMany(pair => pair.Value.Tensors)
            .SelectMany(tensor => tensor.Indices.Select(index => (tensor.Path, Index: index))).CountBy(weight => weight)
            .ToDictionary();
        var tensors = new Dictionary<string, (WeightTensor Tensor, double Spread)?>(StringComparer.Ordinal);
        var evidence = new List<TraceEvidence>();
        foreach (var (name, variant) in secrets)
        {
            var (telling, changed) = (0, 0);
            foreach (var named in variant.Tensors)
            {
                if (!tensors.TryGetValue(named.Path, out var known)) tensors[named.Path] = known = Find(leaked, named);
                if (known is not { } found) continue;
                var values = Values(leaked, found.Tensor, named.Indices);
                for (var i = 0; i < values.Length; i++)
                {
                    if (secrets.Count > 1 && holders[(named.Path, named.Indices[i])] == secrets.Count) continue;
                    telling++;
                    if (!(Math.Abs(values[i] - named.Type.Decode(named.RestoredBits[i])) < found.Spread / 2)) changed++;
                }
            }

            evidence.Add(new TraceEvidence(name, telling, changed));
        }

        if (tensors.Count > 0 && tensors.Values.All(known => known is null))
            throw new ModelFormatException($"{leaked.FilePath} has none of the tensors that the secrets name.",
                "Trace a model with the original's tensor names and shapes.");
        return [.. evidence.OrderByDescending(one => one.Share)];
    }

    /// <summary>The variant that a leaked model is; null if the evidence does not single one out.</summary>
    /// <param name="evidence">What <see cref="Compare"/> found.</param>
    public static TraceEvidence? Culprit(IReadOnlyList<TraceEvidence> evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence is [{ Share: >= Found } first, ..] && evidence.Skip(1).All(other => other.Share <= NotFound)
            ? first
            : null;
    }

    private static (WeightTensor Tensor, double Spread)? Find(ModelFile model, TensorSecrets secrets)
    {
        if (model.Find(secrets.Path) is not { } tensor || tensor.Type != secrets.Type
            || !tensor.Dims.SequenceEqual(secrets.Dims)) return null;
        var step = Math.Max(1, tensor.Count / SampledValues);
        var values = Values(
            model, tensor, [.. Enumerable.Range(0, (int)((tensor.Count + step - 1) / step)).Select(i => i * step)]);
        var mean = values.Average();
        return (tensor, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    private static double[] Values(ModelFile model, WeightTensor tensor, IReadOnlyList<long> indices)
    {
        using var stream = model.OpenPart(tensor.Storage.File);
        return Array.ConvertAll(WeightPatcher.Read(stream, tensor, indices), tensor.Type.Decode);
    }
}

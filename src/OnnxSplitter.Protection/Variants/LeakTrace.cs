using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Protection.Variants;

/// <summary>How well a leaked model fits one variant's secrets.</summary>
/// <param name="Name">What the secrets are called.</param>
/// <param name="Telling">Weights that these secrets name, and not all others do as well.</param>
/// <param name="Changed">Those of them that the leaked model does not have at their original value.</param>
public sealed record TraceEvidence(string Name, int Telling, int Changed)
{
    /// <summary><see cref="Changed"/> of <see cref="Telling"/>, 0 to 1.</summary>
    public double Share => Telling == 0 ? 0 : Changed / (double)Telling;
}

/// <summary>
/// Finds out whose obfuscated model was leaked. A variant's own weights differ from the original by a standard deviation
/// of their tensor or more; every other variant has them at their original value, and fine-tuning moves a weight by far
/// less than half of that.
/// </summary>
public static class LeakTrace
{
    private const double Found = 0.75;
    private const double NotFound = 0.5;

    // Enough values for a standard deviation.
    private const int SampledValues = 4096;

    /// <summary>Compares a leaked model with every variant's secrets.</summary>
    /// <param name="leaked">Path of the model; names and shapes of its tensors are the original's.</param>
    /// <param name="secrets">The secrets by name. Still the caller's to dispose.</param>
    /// <returns>The best fit first.</returns>
    /// <exception cref="ModelFormatException">
    /// The model can't be read, or has none of the tensors that the secrets name.
    /// </exception>
    public static IReadOnlyList<TraceEvidence> Compare(
        string leaked, IReadOnlyCollection<KeyValuePair<string, ModelSecrets>> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        using var stream = ModelFile.OpenRead(leaked);
        var model = ModelFile.Read(stream, leaked);
        var holders = secrets.SelectMany(pair => Weights(pair.Value)).CountBy(weight => (weight.Path, weight.Index))
            .ToDictionary();
        var tensors = new Dictionary<string, (WeightTensor Tensor, double Spread)?>(StringComparer.Ordinal);
        var evidence = new List<TraceEvidence>();
        foreach (var (name, variant) in secrets)
        {
            var (telling, changed) = (0, 0);
            foreach (var (path, index, bits, tensorSecrets) in Weights(variant))
            {
                if (secrets.Count > 1 && holders[(path, index)] == secrets.Count) continue;
                if (!tensors.TryGetValue(path, out var known))
                    tensors[path] = known = Find(model, stream, tensorSecrets);
                if (known is not { } found) continue;
                telling++;
                var type = found.Tensor.Type;
                var distance = type.Decode(WeightPatcher.Read(stream, found.Tensor, index)) - type.Decode(bits);
                if (!(Math.Abs(distance) < found.Spread / 2)) changed++;
            }

            evidence.Add(new TraceEvidence(name, telling, changed));
        }

        if (tensors.Count > 0 && tensors.Values.All(known => known is null))
            throw new ModelFormatException($"{leaked} has none of the tensors that the secrets name.",
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

    private static IEnumerable<(string Path, long Index, ulong Bits, TensorSecrets Tensor)> Weights(ModelSecrets secrets) =>
        secrets.Tensors.SelectMany(tensor =>
            tensor.Indices.Zip(tensor.RestoredBits, (index, bits) => (tensor.Path, index, bits, tensor)));

    private static (WeightTensor Tensor, double Spread)? Find(ModelFile model, Stream stream, TensorSecrets secrets)
    {
        if (model.Find(secrets.Path) is not { } tensor || tensor.Type != secrets.Type
            || !tensor.Dims.SequenceEqual(secrets.Dims)) return null;
        var step = Math.Max(1, tensor.Count / SampledValues);
        var values = new List<double>();
        for (var index = 0L; index < tensor.Count; index += step)
            values.Add(tensor.Type.Decode(WeightPatcher.Read(stream, tensor, index)));
        var mean = values.Average();
        return (tensor, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}

using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Attacks.Corrections;

/// <summary>An obfuscated model and its original, and the layers that differ.</summary>
internal sealed class CorrectedPair : IDisposable
{
    private readonly ModelFile _original;
    private readonly Sessions _sessions;

    /// <summary>Opens both.</summary>
    /// <param name="options">Where they lie.</param>
    /// <param name="original">The original's path.</param>
    /// <exception cref="AttackOptionsException">
    /// They are not of one model, or differ elsewhere than in layers.
    /// </exception>
    public CorrectedPair(AttackOptions options, string original)
    {
        _sessions = options.Sessions;
        Obfuscated = ModelFile.Open(options.Obfuscated);
        _original = ModelFile.Open(original);
        try
        {
            Layers = LinearLayer.Of(Obfuscated.Structure, Changed(), out var others);
            if (others is [var (constant, op), ..])
                throw new AttackOptionsException(
                    $"{constant} was changed, and '{op}' uses it: no process gives corrections for that.",
                    "Protect the model by weights and biases of Conv, ConvTranspose, Gemm and MatMul alone.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The obfuscated model.</summary>
    public ModelFile Obfuscated { get; }

    /// <summary>The layers, in the order in which they run.</summary>
    public IReadOnlyList<LinearLayer> Layers { get; }

    /// <summary>What changed in each layer.</summary>
    /// <returns>
    /// One for each of <see cref="Layers"/>, the caller's to dispose; null where values are the same.
    /// </returns>
    public IReadOnlyList<LayerChange?> Changes()
    {
        var names = LinearLayer.ConstantsOf(Layers);
        var (before, after) = (Constants(Obfuscated, names), Constants(_original, names));
        return [.. Layers.Select(layer => LayerChange.Of(layer, before[layer.Weights].Dims, Difference(layer.Weights),
            layer.Added is { } added ? Difference(added) : []))];

        float[] Difference(string name) =>
            [.. after[name].Values.Zip(before[name].Values, (now, then) => now - then)];
    }

    /// <summary>A session of the original that gives what goes into the layers, as far as nodes make it.</summary>
    /// <param name="names">Gets these names.</param>
    /// <returns>The caller's to dispose; null if the layers read the model's inputs alone.</returns>
    public InferenceSession? OpenData(out string[] names)
    {
        var made = _original.Structure.Graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        names = [.. Layers.Select(layer => layer.Data).Distinct(StringComparer.Ordinal).Where(made.Contains)];
        return names.Length == 0 ? null : _sessions.OpenPart(_original, names);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Obfuscated.Dispose();
        _original.Dispose();
    }

    private List<string> Changed()
    {
        var changed = new List<string>();
        foreach (var tensor in Obfuscated.Weights)
        {
            if (_original.Find(tensor.Path) is not { } other || !other.Dims.SequenceEqual(tensor.Dims)
                || other.Type != tensor.Type)
                throw new AttackOptionsException($"The original has no tensor {tensor.Path} of that shape and type.",
                    "Pass the model that the obfuscated one was made from.");
            if (TensorValues.Read(Obfuscated, tensor).AsSpan().SequenceEqual(TensorValues.Read(_original, other)))
                continue;
            if (tensor.Type != ElementType.Float32 || !tensor.TopLevel)
                throw new AttackOptionsException(
                    $"{tensor.Path} was changed: no process gives corrections for what is not float32, or in a branch.",
                    "Protect the model by float32 weights of its main graph alone.");
            changed.Add(tensor.Path);
        }

        return changed.Count > 0 ? changed : throw new AttackOptionsException(
            "The two models have the same weights.", "Pass the obfuscated model and its original.");
    }

    private Dictionary<string, (long[] Dims, float[] Values)> Constants(ModelFile file, string[] names)
    {
        using var session = _sessions.OpenPart(file, names);
        using var options = new RunOptions();
        using var values = session.Run(options, new Dictionary<string, OrtValue>(), names);
        return names.Zip(values).ToDictionary(pair => pair.First, pair => (
            pair.Second.GetTensorTypeAndShape().Shape, pair.Second.GetTensorDataAsSpan<float>().ToArray()),
            StringComparer.Ordinal);
    }
}

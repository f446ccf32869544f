using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Images;

namespace OnnxSplitter.Attacks.Corrections;

/// <summary>
/// Solves for changed weights from what a host sees of the layers that a trusted process corrects: each place of a
/// layer's output is a linear equation.
/// </summary>
public static class CorrectionsAttack
{
    /// <summary>Runs it.</summary>
    /// <param name="options">
    /// The obfuscated model, the original, which answers as the trusted process would, and examples, which need no
    /// labels.
    /// </param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CorrectionsReport Run(AttackOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var original = options.Original ?? throw new AttackOptionsException(
            "The original is not given, and only it gives what a trusted process would.", "Set Original.");
        options.Sessions.Check();
        using var pair = new CorrectedPair(options, original);
        using var whole = options.Sessions.Open(options.Obfuscated);
        var inputs = ModelInput.Of(whole);
        var outputs = ModelOutputs.Of(pair.Obfuscated);
        var output = outputs.Choose(whole, options.ModelOutput);
        var known = ExampleReader.Read(options.Examples, inputs, options.Images, outputs.Classes(output));
        var layers = new List<ObservedLayer>();
        try
        {
            foreach (var (layer, change) in pair.Layers.Zip(pair.Changes()))
                if (change is not null)
                    layers.Add(new ObservedLayer(layer, change, pair.Obfuscated.Structure, options.Sessions));
            Observe(pair, layers, known, inputs, cancellation);
            var asked = options.Evaluation is { } path
                ? ExampleReader.Read(path, inputs, options.Images, outputs.Classes(output)) : known;
            var signature = ModelSignature.Of(whole, asked, output);
            Measured? Accuracy(Func<InferenceSession> open)
            {
                if (asked.Labels is null || signature.Metric != Metric.Accuracy) return null;
                using var model = new LoadedModel(open(), signature);
                return model.Accuracy(asked);
            }

            return new CorrectionsReport([.. layers.Select(layer => layer.Report())],
                Accuracy(() => options.Sessions.Open(original)),
                Accuracy(() => options.Sessions.Open(options.Obfuscated)),
                PutBack(pair.Obfuscated, layers) is { } weights
                    ? Accuracy(() => RepairedModel.Open(pair.Obfuscated, weights, options.Sessions)) : null);
        }
        finally
        {
            foreach (var layer in layers) layer.Dispose();
        }
    }

    private static void Observe(CorrectedPair pair, List<ObservedLayer> layers, Dataset known,
        IReadOnlyList<ModelInput> inputs, CancellationToken cancellation)
    {
        using var session = pair.OpenData(out var names);
        using var options = new RunOptions();
        _ = ModelInput.ShareBatch(inputs, out var fixedBatch);
        var batch = fixedBatch ?? 1;
        for (var i = 0; i + batch <= known.Count && !layers.TrueForAll(layer => layer.IsDone); i += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var feeds = new FeedSet();
            foreach (var input in inputs) feeds.Values[input.Name] = known.Batch(input.Name, i, batch);
            using var made = session?.Run(options,
                session.InputNames.ToDictionary(name => name, name => feeds.Values[name]), names);
            foreach (var layer in layers)
                layer.See(Array.IndexOf(names, layer.Layer.Data) is >= 0 and var place ? made![place]
                    : feeds.Values[layer.Layer.Data]);
        }
    }

    /// <summary>What was solved for; null where tensors do not reach layers as they are.</summary>
    private static List<WeightBits>? PutBack(ModelFile obfuscated, List<ObservedLayer> layers)
    {
        var bits = new List<WeightBits>();
        foreach (var layer in layers.Where(layer => layer.Found is not null))
        {
            if (obfuscated.Find(layer.Layer.Weights) is not { TopLevel: true } tensor) return null;
            var bias = layer.Layer.Added is { } name ? obfuscated.Find(name) : null;
            if (layer.Layer.Added is not null && bias is not { TopLevel: true }) return null;
            var now = TensorValues.Read(obfuscated, tensor);
            var added = bias is null ? [] : TensorValues.Read(obfuscated, bias);
            for (var output = 0; output < layer.Change.Outputs.Count; output++)
            {
                for (var i = 0; i < layer.Change.Unknowns; i++)
                    if (layer.Change.IndexOf(i, output, tensor.Dims) is { } index)
                        Add(tensor, index, now[index] + layer.Found![i, output]);
                if (bias is null) continue;
                var place = layer.Change.Outputs[output];
                Add(bias, place, added[place] + layer.Found![layer.Change.Unknowns, output] / layer.Factor);
            }
        }

        return bits;

        void Add(WeightTensor tensor, long index, double value) =>
            bits.Add(new WeightBits(tensor, index, tensor.Type.Encode(value)));
    }
}

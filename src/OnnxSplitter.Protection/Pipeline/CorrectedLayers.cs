using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// Layers that a host can correct by what a trusted process gives, of those that cost it least: small activations
/// first, and then few channels.
/// </summary>
/// <param name="Tensors">Paths of their weights and biases.</param>
/// <param name="Cost">What they cost.</param>
internal sealed record CorrectedLayers(IReadOnlySet<string> Tensors, CorrectionsCost Cost)
{
    /// <summary>Chooses them.</summary>
    /// <param name="options">How many, and of which tensors.</param>
    /// <param name="model">The original.</param>
    /// <exception cref="ModelFormatException">There is none, or the model does not run.</exception>
    public static CorrectedLayers Of(ProtectionOptions options, ModelFile model)
    {
        var filter = options.Search.Tensors;
        var uses = new List<(WeightTensor Tensor, string[] Layers)>();
        var layers = new Dictionary<string, LinearLayer>(StringComparer.Ordinal);
        foreach (var tensor in filter.Apply(model.Weights).Where(tensor =>
            tensor.TopLevel && tensor.Type == ElementType.Float32))
        {
            var found = LinearLayer.Of(model.Structure, [tensor.Path], out var others);
            if (found.Count == 0 || others.Count > 0) continue;
            foreach (var layer in found) layers[layer.Output] = layer;
            uses.Add((tensor, [.. found.Select(layer => layer.Output)]));
        }

        if (uses.Count == 0)
            throw new ModelFormatException(
                "No tensor that may change belongs to a layer that can be corrected: Conv, ConvTranspose, Gemm or "
                + "MatMul of the main graph, float32.",
                "Leave out ForCorrections, or widen TensorScope, Include and Exclude.")
            {
                Properties =
                [
                    nameof(TensorFilter.ForCorrections), nameof(TensorScope), nameof(TensorFilter.Include),
                    nameof(TensorFilter.Exclude),
                ],
            };
        var sizes = Sizes(options, model, layers.Values);
        long Size(string layer) => sizes[layers[layer].Data] + sizes[layer];
        var chosen = new HashSet<string>(StringComparer.Ordinal);

        // By what they multiply by first: a layer whose bias alone may change comes after all others.
        foreach (var (_, used) in uses.OrderByDescending(use => use.Tensor.Role.Multiplies)
            .ThenBy(use => use.Layers.Sum(Size)).ThenBy(use => use.Tensor.Channels?.Count ?? 0)
            .ThenByDescending(use => use.Tensor.GraphOrder))
            if (chosen.Union(used).Count() <= filter.MostLayers) chosen.UnionWith(used);
        var tensors = uses.Where(use => use.Layers.All(chosen.Contains)).Select(use => use.Tensor.Path)
            .ToHashSet(StringComparer.Ordinal);
        return tensors.Count > 0
            ? new CorrectedLayers(tensors, new CorrectionsCost(
                [.. layers.Values.Where(layer => chosen.Contains(layer.Output)).Select(layer => layer.Weights)],
                chosen.Sum(Size)))
            : throw new ModelFormatException(
                $"Every tensor that may change is used by more than {filter.MostLayers} layers.",
                "Allow more with MostLayers.")
            {
                Properties = [nameof(TensorFilter.MostLayers)],
            };
    }

    /// <summary>How many numbers the inputs and outputs of layers have, for one example.</summary>
    private static Dictionary<string, long> Sizes(
        ProtectionOptions options, ModelFile model, IEnumerable<LinearLayer> layers)
    {
        string[] names =
            [.. layers.SelectMany(layer => new[] { layer.Data, layer.Output }).Distinct(StringComparer.Ordinal)];
        var graph = model.Structure.Graph;
        var given = graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        string[] made = [.. names.Where(name => !given.Contains(name))];
        using var session = options.Sessions.OpenPart(model, made);
        var shapes = options.Data.InputShapes.Where(shape => session.InputMetadata.ContainsKey(shape.Key))
            .ToDictionary(StringComparer.Ordinal);
        var data = InputSampler.Settle(session, graph, shapes).Draw(InputSampler.Trial, options.Search.Seed);
        _ = ModelInput.ShareBatch(ModelInput.Of(session), out var batch);
        using var feeds = new FeedSet();
        using var run = new RunOptions();
        foreach (var name in session.InputNames) feeds.Values[name] = data.Batch(name, 0, batch ?? 1);
        using var values = session.Run(run, feeds.Values, made);
        var all = made.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return names.ToDictionary(name => name, name => (all.GetValueOrDefault(name) ?? feeds.Values[name])
            .GetTensorTypeAndShape().ElementCount / (batch ?? 1), StringComparer.Ordinal);
    }
}

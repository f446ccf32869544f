using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Protection.Keyed;

/// <summary>Which of a model's weights a key changes: of kernels, matrices and embeddings, all or a share.</summary>
/// <remarks>
/// Never biases, scales, zero points, and whatever else has one number for a channel: few numbers, which a thief fits
/// anew, and some of which (variances) break a model in ways that show.
/// </remarks>
public sealed class KeyedSelection
{
    private const string Elsewhere = "its numbers do not lie side by side in the file, so that a key can't change them";

    private readonly KeyedRules _rules;

    private KeyedSelection(KeyedRules rules, IReadOnlyList<KeyedChoice> choices, long total)
    {
        (_rules, Choices, WeightsTotal) = (rules, choices, total);
        Weights = choices.Sum(choice => choice.Weights);
    }

    /// <summary>Weights that change.</summary>
    public long Weights { get; }

    /// <summary>Weights that could, of all of the model's kernels, matrices and embeddings.</summary>
    public long WeightsTotal { get; }

    /// <summary>The share of those that does.</summary>
    public double Share => (double)Weights / WeightsTotal;

    /// <summary>The tensors, ascending by place.</summary>
    internal IReadOnlyList<KeyedChoice> Choices { get; }

    /// <summary>Weight tensors that were to change and can't, and why.</summary>
    internal IReadOnlyList<SkippedTensor> Skipped { get; private init; } = [];

    /// <summary>Chooses.</summary>
    /// <param name="file">The original.</param>
    /// <param name="options">Rules and share.</param>
    /// <param name="tensors">Which tensors may change; null for all.</param>
    /// <exception cref="ModelFormatException">
    /// Nothing of it can change, or largest weights are asked of codes.
    /// </exception>
    public static KeyedSelection Of(ModelFile file, KeyedOptions options, TensorFilter? tensors = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var places = file.Constants.Index()
            .DistinctBy(constant => (constant.Item.Storage.File, constant.Item.Storage.Parts[0].Offset))
            .ToDictionary(
                constant => (constant.Item.Storage.File, constant.Item.Storage.Parts[0].Offset),
                constant => constant.Index);
        WeightTensor[] wanted = [.. (tensors ?? TensorFilter.None).Apply(file.Weights).Where(IsKernel)];
        KeyedChoice[] found =
        [
            .. wanted.Where(tensor => Place(tensor) is not null)
                .Select(tensor => new KeyedChoice(tensor, Place(tensor)!.Value, 0, tensor.Count)),
        ];
        if (found.Length == 0) throw Nothing(file);
        var total = found.Sum(choice => choice.Weights);
        var chosen = options.Share >= 1 ? found : options.Which switch
        {
            KeyedWhich.Largest => [.. found.Select(choice => Largest(file, choice, options))],
            KeyedWhich.First => Whole(InGraphOrder(found), options.Share * total),
            _ => Whole(InGraphOrder(found).Reverse(), options.Share * total),
        };
        var all = file.Weights.Where(IsKernel).Sum(tensor => tensor.Count);
        return new KeyedSelection(options.Rules, [.. chosen.OrderBy(choice => choice.Place)], all)
        {
            Skipped =
            [
                .. wanted.Where(tensor => Place(tensor) is null)
                    .Select(tensor => new SkippedTensor(tensor.Path, tensor.Count, Elsewhere)),
            ],
        };

        int? Place(WeightTensor tensor) =>
            places.TryGetValue((tensor.Storage.File, tensor.Storage.Parts[0].Offset), out var place) ? place : null;
    }

    /// <summary>Draws a key for it.</summary>
    /// <returns>The caller disposes it.</returns>
    public KeyedSecrets Draw() => KeyedSecrets.Draw(
        _rules, [.. Choices.Select(choice => choice.Place)],
        Choices.Any(choice => choice.Threshold > 0) ? [.. Choices.Select(choice => choice.Threshold)] : null);

    /// <summary>Whether a tensor has a number for each pair of what goes in and what comes out.</summary>
    private static bool IsKernel(WeightTensor tensor) => tensor.Dims.Count > 1
        && tensor.Role is { Multiplies: true, Input: >= 0, Operator: { Broadcasts: false, PerChannel.Count: 0 } };

    private static KeyedChoice Largest(ModelFile file, KeyedChoice choice, KeyedOptions options)
    {
        if (choice.Tensor.Type.IsInteger)
            throw new ModelFormatException(
                $"{choice.Tensor.Path} holds {choice.Tensor.Type} codes, whose magnitudes a key does not keep.",
                "Set Which to first or last, or Share to 1.")
            {
                Properties = [nameof(KeyedOptions.Which), nameof(KeyedOptions.Share)],
            };
        using var stream = file.OpenPart(choice.Tensor.Storage.File);
        var (threshold, weights) =
            MagnitudeClasses.Threshold(stream, choice.Tensor, options.Rules, options.Share);
        return choice with { Threshold = threshold, Weights = weights };
    }

    private static IEnumerable<KeyedChoice> InGraphOrder(IEnumerable<KeyedChoice> choices) =>
        choices.OrderBy(choice => choice.Tensor.GraphOrder);

    private static KeyedChoice[] Whole(IEnumerable<KeyedChoice> choices, double weights)
    {
        var taken = new List<KeyedChoice>();
        foreach (var choice in choices)
        {
            if (weights <= 0) break;
            taken.Add(choice);
            weights -= choice.Weights;
        }

        return [.. taken];
    }

    private static ModelFormatException Nothing(ModelFile file) => new(
        file.Weights.All(tensor => tensor.Role.Input < 0)
            ? $"The weights of {file.FilePath} lie in attributes of its nodes, where a key changes none."
            : $"{file.FilePath} has no kernel, matrix or embedding that a key could change: its weights are numbers "
                + "for single channels, or do not lie side by side in the file.",
        "Set Strategy to gradient.")
    {
        Properties = [nameof(SearchSettings.Strategy)],
    };
}

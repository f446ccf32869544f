using System.Collections.Frozen;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Data;

/// <summary>What a model's structure says of its outputs.</summary>
/// <param name="Reached">
/// Names of those that weights have an influence on; that features are brought to a common scale does not count, if
/// there is more. Of weights in bodies it is not known what they reach: all outputs then.
/// </param>
/// <param name="ClassesOf">By output, the labels of its columns, in order; none where the model does not say.</param>
public sealed record ModelOutputs(
    IReadOnlySet<string> Reached, IReadOnlyDictionary<string, IReadOnlyList<string>> ClassesOf)
{
    private static readonly ModelOutputs Unknown =
        new(FrozenSet<string>.Empty, FrozenDictionary<string, IReadOnlyList<string>>.Empty);

    /// <summary>Looks at a model.</summary>
    /// <param name="file">The model.</param>
    public static ModelOutputs Of(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var graph = file.Structure.Graph;
        var counted = WeightTensor.Learnt(file.Weights);
        var all = file.Weights.Any(weight => !weight.TopLevel);
        return new ModelOutputs(
            graph.Output.Select(output => output.Name)
                .Where(name => all || Ancestry.Of(graph.Node, name).Overlaps(counted))
                .ToFrozenSet(StringComparer.Ordinal),
            graph.Output.Select(output => output.Name).Distinct(StringComparer.Ordinal)
                .Select(name => (name, Classes: ClassLabels.Of(graph, name))).Where(pair => pair.Classes.Count > 0)
                .ToFrozenDictionary(pair => pair.name, pair => pair.Classes, StringComparer.Ordinal));
    }

    /// <summary>The same; nothing is known of a model that has no weights.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public static ModelOutputs Of(string path)
    {
        try
        {
            using var file = ModelFile.Open(path);
            return Of(file);
        }
        catch (ModelFormatException)
        {
            return Unknown;
        }
    }

    /// <summary>The output that is measured.</summary>
    /// <param name="session">The model.</param>
    /// <param name="wanted">The one that was asked for; null for the first of floats that weights reach.</param>
    /// <returns>Null if the model has no output of floats.</returns>
    public string? Choose(InferenceSession session, string? wanted)
    {
        ArgumentNullException.ThrowIfNull(session);
        var floats = ModelSignature.FloatOutputs(session);
        return wanted ?? floats.FirstOrDefault(Reached.Contains) ?? floats.FirstOrDefault();
    }

    /// <summary>
    /// Whether an output has to lose its worth: one that was asked for, or any that a weight reaches.
    /// </summary>
    /// <param name="output">Its name.</param>
    /// <param name="wanted">The one that was asked for; null for none.</param>
    public bool Counts(string output, string? wanted) => wanted is null ? Reached.Contains(output) : output == wanted;

    /// <summary>The labels of an output's columns; null where the model does not say.</summary>
    /// <param name="output">Its name.</param>
    public IReadOnlyList<string>? Classes(string? output) => ClassesOf.GetValueOrDefault(output ?? "");
}

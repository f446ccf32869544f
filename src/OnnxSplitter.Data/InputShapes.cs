using System.Collections.Immutable;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>Shapes that inputs are to be drawn in, by input name; others are found by trying.</summary>
public static class InputShapes
{
    /// <summary>None is given.</summary>
    public static ImmutableDictionary<string, IReadOnlyList<long>> None { get; } =
        ImmutableDictionary.Create<string, IReadOnlyList<long>>(StringComparer.Ordinal);

    /// <summary>Refuses shapes that a model can't take.</summary>
    /// <exception cref="ModelFormatException">Unknown input, other rank, or a declared dimension differs.</exception>
    internal static void Check(
        IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, IReadOnlyList<ModelInput> inputs)
    {
        foreach (var (name, dims) in shapes)
        {
            var input = inputs.FirstOrDefault(input => input.Name == name) ?? throw new ModelFormatException(
                $"The model has no input '{name}'.",
                $"Its inputs: {string.Join(", ", inputs.Select(input => $"'{input.Name}'"))}.");
            if (dims.Count != input.Dims.Length
                || dims.Zip(input.Dims).Any(pair => pair.Second >= 0 && pair.First != pair.Second))
                throw new ModelFormatException(
                    $"Input '{name}' can't have the shape {string.Join('x', dims)}.",
                    $"The model declares [{string.Join(", ", input.Dims.Select(dim => dim < 0 ? "any" : $"{dim}"))}].");
        }
    }
}

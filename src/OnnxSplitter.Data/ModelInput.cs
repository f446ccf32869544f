using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>One input of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape as declared; -1 where it is open.</param>
/// <param name="Symbols">
/// Names of open dimensions, empty where they have none: equal names stand for equal lengths.
/// </param>
public sealed record ModelInput(string Name, TensorElementType Type, int[] Dims, IReadOnlyList<string> Symbols)
{
    /// <summary>The inputs that a session has to be given; optional ones are left out.</summary>
    /// <exception cref="ModelFormatException">There is none, or one is not a tensor.</exception>
    public static IReadOnlyList<ModelInput> Of(InferenceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        ModelInput[] inputs =
        [
            .. session.InputNames.Select(name => (name, meta: session.InputMetadata[name]))
                .Where(pair => pair.meta.OnnxValueType != OnnxValueType.ONNX_TYPE_OPTIONAL)
                .Select(pair => pair.meta.IsTensor
                    ? new ModelInput(
                        pair.name, pair.meta.ElementDataType, pair.meta.Dimensions, pair.meta.SymbolicDimensions)
                    : throw ModelSignature.Unsupported($"input '{pair.name}' is not a tensor")),
        ];
        return inputs.Length > 0 ? inputs : throw ModelSignature.Unsupported("it has no inputs");
    }

    /// <summary>
    /// Whether the first axis of all inputs can be one batch of examples. It can't where one is a scalar, where their
    /// declared lengths differ, or where one has the others' batch further behind, as recurrent states of several
    /// layers have: then a run takes one example.
    /// </summary>
    /// <param name="inputs">All inputs.</param>
    /// <param name="length">How many examples a run has to take; null where that is open.</param>
    public static bool ShareBatch(IReadOnlyList<ModelInput> inputs, out int? length)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var lengths = inputs.Select(input => input.Dims.Length > 0 ? input.Dims[0] : 0).Distinct().ToArray();
        var declared = Array.FindAll(lengths, dim => dim >= 0);
        length = declared is [var only] ? only : null;
        if (declared is not ([] or [> 0])) return false;
        var batches = inputs.Where(input => input.Dims is [< 0, ..] && input.Symbols is [{ Length: > 0 }, ..])
            .Select(input => input.Symbols[0]).ToHashSet(StringComparer.Ordinal);
        return !inputs.Any(input => input.Dims is [>= 0, ..] && input.Symbols.Skip(1).Any(batches.Contains));
    }

    /// <summary>
    /// Whether an array holds, for each example, a whole value of this input, rather than one row of its batch axis.
    /// </summary>
    /// <exception cref="DataFormatException">It is neither: wrong type or shape.</exception>
    internal bool TakesWhole(NumpyArray array, string path)
    {
        if (array.Type != Type)
            throw Dataset.Misfit(path, $"'{Name}' has type {array.Type}, the model wants {Type}");
        if (array.Dims.Length == Dims.Length && Dims.Length > 0
            && Fits(array.Dims.AsSpan(1), Dims.AsSpan(1))) return false;
        if (array.Dims.Length == Dims.Length + 1 && Fits(array.Dims.AsSpan(1), Dims)) return true;
        throw Dataset.Misfit(path, $"'{Name}' has shape [{string.Join(", ", array.Dims)}], the model wants {Shape}");
    }

    private static bool Fits(ReadOnlySpan<long> dims, ReadOnlySpan<int> declared)
    {
        for (var axis = 0; axis < declared.Length; axis++)
            if (declared[axis] >= 0 && declared[axis] != dims[axis]) return false;
        return true;
    }

    private string Shape => $"[{string.Join(", ", Dims.Select(dim => dim < 0 ? "any" : $"{dim}"))}]";
}

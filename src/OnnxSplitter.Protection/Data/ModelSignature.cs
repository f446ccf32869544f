using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Data;

/// <summary>One input of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape, the batch first; -1 where it is open.</param>
public sealed record ModelInput(string Name, TensorElementType Type, int[] Dims)
{
    /// <summary>Throws if an array can't be fed to this input.</summary>
    /// <exception cref="DataFormatException">Wrong type or shape.</exception>
    internal void Check(NumpyArray array, string path)
    {
        if (array.Type != Type)
            throw Dataset.Misfit(path, $"'{Name}' has type {array.Type}, the model wants {Type}");
        var fits = array.Dims.Length == Dims.Length && array.Dims.Length > 0;
        for (var axis = 1; fits && axis < Dims.Length; axis++) fits = Dims[axis] < 0 || Dims[axis] == array.Dims[axis];
        if (!fits)
            throw Dataset.Misfit(path, $"'{Name}' has shape [{string.Join(", ", array.Dims)}], the model wants {Shape}");
    }

    /// <summary>Random values in this input's shape; open dimensions become 1.</summary>
    /// <exception cref="ModelFormatException">The input isn't float32.</exception>
    internal NumpyArray Draw(int count, SeededNormal random)
    {
        if (Type != TensorElementType.Float)
            throw new ModelFormatException($"Input '{Name}' is {Type}: random values are drawn for float32 inputs only.",
                "Pass examples with --data.");
        long[] dims = [count, .. Dims[1..].Select(dim => Math.Max(1L, dim))];
        var data = GC.AllocateUninitializedArray<byte>((int)dims.Aggregate(4L, (p, d) => checked(p * d)), pinned: true);
        var values = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        for (var i = 0; i < values.Length; i++) values[i] = random.Next();
        return new NumpyArray(Type, dims, data);
    }

    private string Shape => $"[{string.Join(", ", Dims.Select(dim => dim < 0 ? "any" : $"{dim}"))}]";
}

/// <summary>What goes into a classifier and comes out of it.</summary>
/// <param name="Inputs">At least one.</param>
/// <param name="Output">Name of the output that holds the class scores.</param>
/// <param name="Classes">Number of classes, at least 2.</param>
/// <param name="FixedBatch">The batch size if the model allows only one, else null.</param>
public sealed record ModelSignature(IReadOnlyList<ModelInput> Inputs, string Output, int Classes, int? FixedBatch)
{
    /// <summary>Reads it off a session.</summary>
    /// <exception cref="ModelFormatException">Not a classifier: no output of shape [batch, classes].</exception>
    public static ModelSignature Of(InferenceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var inputs = session.InputNames
            .Select(name => (name, meta: session.InputMetadata[name]))
            .Select(pair => pair.meta.IsTensor && pair.meta.Dimensions.Length > 0
                ? new ModelInput(pair.name, pair.meta.ElementDataType, pair.meta.Dimensions)
                : throw Unsupported($"input '{pair.name}' is not a tensor with a batch axis"))
            .ToArray();
        if (inputs.Length == 0) throw Unsupported("it has no inputs");
        var (output, metadata) = session.OutputNames.Select(name => (name, session.OutputMetadata[name])).First();
        if (!metadata.IsTensor || metadata.ElementDataType != TensorElementType.Float
            || metadata.Dimensions is not [_, >= 2 or -1])
            throw Unsupported($"its output '{output}' is not float32 class scores of shape [batch, classes]");
        var batches = inputs.Select(input => input.Dims[0]).Where(dim => dim >= 0).Distinct().ToArray();
        if (batches.Length > 1) throw Unsupported("its inputs have different batch sizes");
        var fixedBatch = batches is [var batch] ? (int?)batch : null;
        var classes = metadata.Dimensions[1] > 0 ? metadata.Dimensions[1] : CountClasses(session, inputs, output, fixedBatch ?? 1);
        return new ModelSignature(inputs, output, classes, fixedBatch);
    }

    /// <summary>Runs the model once, where the graph does not say how many classes there are.</summary>
    private static int CountClasses(InferenceSession session, ModelInput[] inputs, string output, int batch)
    {
        var random = new SeededNormal(0);
        var example = new Dataset(
            inputs.ToDictionary(input => input.Name, input => input.Draw(batch, random), StringComparer.Ordinal), null);
        var values = inputs.Select(input => example.Batch(input.Name, 0, batch)).ToArray();
        try
        {
            using var run = new RunOptions();
            using var results = session.Run(run, [.. inputs.Select(input => input.Name)], values, [output]);
            return (int)results[0].GetTensorTypeAndShape().Shape[1];
        }
        catch (OnnxRuntimeException e)
        {
            throw Unsupported($"it does not run on an input of its own shape: {e.Message}");
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static ModelFormatException Unsupported(string what) => new(
        $"The model is not supported: {what}.", "Only classifiers are supported for now.");
}

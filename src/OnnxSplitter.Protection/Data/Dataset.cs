using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Protection.Data;

/// <summary>Examples for a model: one array per input, its first axis the examples, and their labels if known.</summary>
public sealed record Dataset(IReadOnlyDictionary<string, NumpyArray> Inputs, IReadOnlyList<int>? Labels)
{
    /// <summary>Name of the array that holds the labels in a <c>.npz</c> file.</summary>
    public const string LabelName = "label";

    /// <summary>Number of examples.</summary>
    public int Count => Inputs.Values.First().Rows;

    /// <summary>Reads a <c>.npz</c> file and checks it against the model's inputs and classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">What it has to fit.</param>
    /// <exception cref="DataFormatException">It can't be read or does not fit.</exception>
    public static Dataset Read(string path, ModelSignature model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var arrays = NumpyArchive.Read(path);
        var inputs = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
        foreach (var input in model.Inputs)
        {
            if (!arrays.TryGetValue(input.Name, out var array))
                throw Misfit(path, $"it has no array '{input.Name}' (it has {string.Join(", ", arrays.Keys)})");
            input.Check(array, path);
            inputs[input.Name] = array;
        }

        var count = inputs.Values.First().Rows;
        if (count == 0) throw Misfit(path, "it holds no examples");
        if (inputs.Values.Any(array => array.Rows != count)) throw Misfit(path, "its arrays differ in length");
        return new Dataset(inputs,
            arrays.TryGetValue(LabelName, out var labels) ? ReadLabels(labels, path, count, model.Classes) : null);
    }

    /// <summary>Examples drawn from a standard normal distribution, without labels.</summary>
    public static Dataset Random(ModelSignature model, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        var random = new SeededNormal(seed);
        return new Dataset(
            model.Inputs.ToDictionary(input => input.Name, input => input.Draw(count, random), StringComparer.Ordinal),
            Labels: null);
    }

    /// <summary>The examples at these rows, copied.</summary>
    public Dataset Pick(IReadOnlyList<int> rows) => new(
        Inputs.ToDictionary(pair => pair.Key, pair => pair.Value.Pick(rows), StringComparer.Ordinal),
        Labels is { } labels ? [.. rows.Select(row => labels[row])] : null);

    /// <summary>The first examples, at most <paramref name="count"/>.</summary>
    public Dataset First(int count) => count >= Count ? this : Pick([.. Enumerable.Range(0, count)]);

    /// <summary>A view of some examples of one input, for one run. Valid as long as this dataset is; dispose it.</summary>
    public OrtValue Batch(string input, int start, int count)
    {
        var array = Inputs[input];
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, array.Type, [count, .. array.Dims[1..]],
            System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array.Data, start * array.RowSize),
            (long)count * array.RowSize);
    }

    /// <summary>Each class's share of the labels.</summary>
    internal double[] LabelShares(int classes)
    {
        var shares = new double[classes];
        foreach (var label in Labels!) shares[label] += 1.0 / Count;
        return shares;
    }

    private static int[] ReadLabels(NumpyArray labels, string path, int count, int classes)
    {
        if (labels.Dims.Length != 1 || labels.Rows != count)
            throw Misfit(path, $"'{LabelName}' must have one number for each of the {count} examples");
        long[] numbers = labels.Type switch
        {
            TensorElementType.Int64 => labels.As<long>().ToArray(),
            TensorElementType.Int32 => [.. labels.As<int>().ToArray().Select(label => (long)label)],
            TensorElementType.UInt8 => [.. labels.Data.Select(label => (long)label)],
            _ => throw Misfit(path, $"'{LabelName}' must hold int64, int32 or uint8, not {labels.Type}"),
        };
        foreach (var label in numbers)
            if (label < 0 || label >= classes)
                throw Misfit(path, $"label {label} is outside the model's {classes} classes (0 to {classes - 1})");
        return [.. numbers.Select(label => (int)label)];
    }

    internal static DataFormatException Misfit(string path, string what) => new(
        $"{path} does not fit the model: {what}.",
        "Save one array per model input, under its name, examples first, and class numbers as 'label'.");
}

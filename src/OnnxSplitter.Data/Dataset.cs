using System.Collections.Frozen;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>
/// Examples for a model: one array per input, its first axis the examples, and what is known of the answers.
/// </summary>
/// <param name="Inputs">Arrays by input.</param>
/// <param name="Labels">Class numbers, if known.</param>
public sealed record Dataset(IReadOnlyDictionary<string, NumpyArray> Inputs, IReadOnlyList<int>? Labels)
{
    /// <summary>Name of the array that holds the labels in a <c>.npz</c> file.</summary>
    public const string LabelName = "label";

    /// <summary>
    /// Inputs whose arrays hold a whole value per example (a scalar, a state whose batch axis is not the first), rather
    /// than one row of the batch axis. If there are any, a run takes one example.
    /// </summary>
    public IReadOnlySet<string> Whole { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether a run takes one example.</summary>
    public bool OneByOne => Whole.Count > 0;

    /// <summary>What the original gives for these examples, if that is what a model is measured by.</summary>
    public ReferenceOutputs? Reference { get; init; }

    /// <summary>
    /// Arrays of the file that are neither inputs nor labels; those that are called labels with why not, in brackets.
    /// </summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>Name of the array that the labels are from; null where there is none.</summary>
    public string? LabelSource { get; init; }

    /// <summary>Number of examples.</summary>
    public int Count => Inputs.Values.First().Rows;

    /// <summary>Whether an example has several whole numbers in an input, as a text's tokens are.</summary>
    internal bool IsOfSequences => Inputs.Values.Any(
        array => IntegerRange.Largest(array.Type) is not null && array.Dims.Skip(1).Any(dim => dim > 1));

    /// <summary>
    /// Reads a <c>.npz</c> file, or a folder of <c>test_data_set_N</c>, and checks it against a model's inputs.
    /// </summary>
    /// <param name="path">File or folder.</param>
    /// <param name="model">What it has to fit.</param>
    /// <param name="classes">
    /// Labels of the model's classes, in order, which the data may have instead of class numbers; null if they are not
    /// known.
    /// </param>
    /// <exception cref="DataFormatException">It can't be read or does not fit.</exception>
    public static Dataset Read(string path, IReadOnlyList<ModelInput> model, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Directory.Exists(path))
            return TestDataSets.In(path) is { Count: > 0 } sets
                ? TestDataSets.Read(sets, model)
                : throw new DataFormatException($"{path} is a folder without test_data_set_0.", "Pass a .npz file.");
        var arrays = NumpyArchive.Read(path);
        var inputs = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in model)
        {
            if (!arrays.TryGetValue(input.Name, out var array))
                throw Misfit(path, $"it has no array '{input.Name}' (it has {string.Join(", ", arrays.Keys)})");
            if (input.TakesWhole(array, path)) whole.Add(input.Name);
            inputs[input.Name] = array;
        }

        var count = inputs.Values.First().Rows;
        var found = LabelArray.Among(
            path, arrays.Where(pair => !inputs.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal), count,
            classes);
        return Of(path, inputs, found.Labels, whole) with { LabelSource = found.Name, Unused = found.Unused };
    }

    /// <summary>Puts examples together.</summary>
    /// <param name="path">Where they are from.</param>
    /// <param name="inputs">Arrays by input, each checked against the model.</param>
    /// <param name="labels">Class numbers, if known.</param>
    /// <param name="whole">Inputs whose arrays hold a whole value per example.</param>
    /// <exception cref="DataFormatException">There are none, or the arrays differ in length.</exception>
    internal static Dataset Of(
        string path, IReadOnlyDictionary<string, NumpyArray> inputs, int[]? labels, IReadOnlySet<string> whole)
    {
        var count = inputs.Values.First().Rows;
        if (count == 0) throw Misfit(path, "it holds no examples");
        if (inputs.Values.Any(array => array.Rows != count)) throw Misfit(path, "its arrays differ in length");
        return new Dataset(inputs, labels) { Whole = whole };
    }

    /// <summary>The examples at these rows, copied.</summary>
    /// <param name="rows">At least one: on no examples everything looks the same.</param>
    public Dataset Pick(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        return this with
        {
            Inputs = Inputs.ToDictionary(pair => pair.Key, pair => pair.Value.Pick(rows), StringComparer.Ordinal),
            Labels = Labels is { } labels ? [.. rows.Select(row => labels[row])] : null,
            Reference = Reference?.Pick(rows),
        };
    }

    /// <summary>The first examples, at most <paramref name="count"/>, which is at least 1.</summary>
    /// <remarks>
    /// For a run of a model of a fixed batch size, <see cref="ModelSignature.Sample"/> takes whole ones.
    /// </remarks>
    public Dataset First(int count) => count >= Count ? this : Pick([.. Enumerable.Range(0, count)]);

    /// <summary>A copy of some examples of one input, for one run. The caller disposes it.</summary>
    public OrtValue Batch(string input, int start, int count)
    {
        var array = Inputs[input];
        if (count > 1 && Whole.Contains(input))
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A run takes one value of '{input}'.");
        long[] dims = Whole.Contains(input) ? array.Dims[1..] : [count, .. array.Dims[1..]];
        return AlignedTensor.Of(array.Type, array.Data.AsSpan(start * array.RowSize, count * array.RowSize), dims);
    }

    /// <summary>
    /// The same examples in an order in which every class has its turn (<see cref="ClassOrder"/>), so that the first
    /// are a fair sample.
    /// </summary>
    internal Dataset Mixed() => Pick([.. ClassOrder.Of(this).Select(pair => pair.Row)]);

    /// <summary>Two parts that have the same shares of all classes, the second a third of the examples.</summary>
    /// <param name="path">Where they are from.</param>
    /// <exception cref="DataFormatException">There are too few.</exception>
    internal (Dataset Larger, Dataset Smaller) Split(string path)
    {
        if (Count < 3)
            throw new DataFormatException($"{path} has {Count} examples; 3 are the least.",
                "Pass more examples, or evaluation data of its own.");
        var parts = ClassOrder.Of(this).ToLookup(pair => pair.Place % 3 == 1, pair => pair.Row);
        return parts.Contains(true)
            ? (Pick([.. parts[false]]), Pick([.. parts[true]]))
            : throw new DataFormatException(
                $"{path} has one example of each class, which can't be in two parts.",
                "Pass more examples, or evaluation data of its own.");
    }

    internal static DataFormatException Misfit(string path, string what) => new(
        $"{path} does not fit the model: {what}.",
        "Save one array per model input, under its name, examples first, and class numbers as 'label'.");
}

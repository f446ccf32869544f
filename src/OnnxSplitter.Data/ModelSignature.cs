using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>What goes into a model, and which of what comes out is measured, and how.</summary>
/// <param name="Inputs">At least one.</param>
/// <param name="Output">Name of the output that is measured.</param>
/// <param name="OutputDims">
/// The output's shape for one example: without the batch axis, unless <paramref name="OneByOne"/>.
/// </param>
/// <param name="Metric">What it is judged by.</param>
/// <param name="FixedBatch">
/// How many examples a run has to take, if not any number; 1 too where what one gives hangs on those beside it.
/// </param>
/// <param name="OneByOne">
/// Whether a run takes one example whose inputs or output have no batch axis; <paramref name="FixedBatch"/> is 1 then.
/// </param>
public sealed record ModelSignature(
    IReadOnlyList<ModelInput> Inputs, string Output, IReadOnlyList<long> OutputDims, Metric Metric, int? FixedBatch,
    bool OneByOne)
{
    // That so many scores have length 1 by chance does not happen.
    private const int FewRows = 4;

    // What those who export embeddings call them, whatever their length.
    private const string EmbeddingWord = "embed";

    /// <summary>Whether the output is compared by angle with those of other examples, whatever its length.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>Values of the output per example.</summary>
    public int Width => (int)OutputDims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Number of classes, at least 2; 0 if the output is not measured as class scores.</summary>
    public int Classes => Metric == Metric.Accuracy ? Width : 0;

    /// <summary>Examples for a run, where so many are preferred and there are so many.</summary>
    public int Batch(int preferred, int count) => FixedBatch ?? Math.Min(preferred, count);

    /// <summary>The output's shape for a batch.</summary>
    public long[] BatchDims(int batch) => OneByOne ? [.. OutputDims] : [batch, .. OutputDims];

    /// <summary>Learns it by running a model once or twice.</summary>
    /// <param name="session">The model.</param>
    /// <param name="examples">Examples for it.</param>
    /// <param name="output">Which output; null for the first of floats.</param>
    /// <param name="metric">
    /// What to judge by; null for accuracy if the output is [batch, 2 or more], which are class scores then, unless
    /// it is an embedding: that it is said to be, or the examples have no labels and its rows have length 1 or its name
    /// says so. Else the error.
    /// </param>
    /// <param name="embedding">Whether the output is said to be an embedding.</param>
    /// <exception cref="ModelFormatException">
    /// No such output, or not of floats, or not class scores if they have to be.
    /// </exception>
    /// <exception cref="DataFormatException">The model does not run on the examples.</exception>
    public static ModelSignature Of(
        InferenceSession session, Dataset examples, string? output = null, Metric? metric = null,
        bool embedding = false)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(examples);
        var inputs = ModelInput.Of(session);
        var name = OutputNamed(session, output);
        var shared = ModelInput.ShareBatch(inputs, out var length) && !examples.OneByOne;
        var count = shared ? length ?? 1 : 1;
        if (examples.Count < count) throw TooFew(count, examples.Count);
        var probe = new OutputProbe(session, inputs, examples, name);
        var dims = probe.Dims(count);
        var batched = shared && dims.Length > 0 && dims[0] == count
            && (length is not null || examples.Count < 2 || probe.GrowsWithBatch(dims));
        if (!batched && count > 1)
            throw new ModelFormatException(
                $"The model is not supported: by the first axis of its inputs it takes {count} examples at once, but "
                + $"its output '{name}', of the shape [{string.Join(", ", dims)}], does not tell them apart.",
                $"If {count} is no number of examples, export it with a batch axis in front: [1, {count}, ...].");

        var rows = batched || dims is [1, _] ? dims[1..] : dims;
        var scores = rows is [>= 2];
        if (metric == Metric.Accuracy && !scores)
            throw new ModelFormatException(
                $"Output '{name}' has the shape [{string.Join(", ", dims)}]; class scores are [batch, classes].",
                "Pick another output with ModelOutput, or leave out Metric.")
            {
                Properties = ["ModelOutput", nameof(Metric)],
            };
        var vectors = embedding || (scores && examples.Labels is null
            && (name.Contains(EmbeddingWord, StringComparison.OrdinalIgnoreCase) || probe.AreEmbeddings(
                batched && length is null ? Math.Min(FewRows, examples.Count) : count)));
        return new ModelSignature(
            inputs, name, batched ? rows : dims,
            metric ?? (scores && !vectors ? Metric.Accuracy : Metric.NormalizedError),
            batched ? length ?? (probe.HangsOnOthers() ? 1 : null) : 1, !batched)
        {
            IsEmbedding = vectors,
        };
    }

    /// <summary>Checks labels against the classes.</summary>
    /// <exception cref="DataFormatException">One is outside.</exception>
    public void CheckLabels(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        foreach (var label in Metric == Metric.Accuracy ? data.Labels ?? [] : [])
            if (label < 0 || label >= Classes)
                throw new DataFormatException(
                    $"Label {label} is outside the model's {Classes} classes (0 to {Classes - 1}).",
                    $"Save the class numbers as '{Dataset.LabelName}'. If output '{Output}' is an embedding, set "
                    + "Embedding; if other values than class scores (boxes, say), Metric to error. Neither needs "
                    + "labels.")
                {
                    Properties = ["Embedding", nameof(Metric)],
                };
    }

    /// <summary>
    /// Whether the output is one number and the labels are noughts and ones: it decides between two classes, by some
    /// threshold.
    /// </summary>
    /// <param name="data">Examples.</param>
    public bool Decides(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Metric == Metric.NormalizedError && Width == 1 && data.Labels is { } labels
            && labels.Distinct().Order().SequenceEqual([0, 1]);
    }

    /// <summary>Classes that no example's label or answer is; none where there are no labels.</summary>
    /// <param name="data">Examples.</param>
    public IReadOnlyList<int> ClassesWithout(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Labels is { } labels ? [.. Enumerable.Range(0, Classes).Except(labels)] : [];
    }

    /// <summary>Checks that there are as many examples as a run takes; a metric of none says nothing.</summary>
    /// <exception cref="DataFormatException">There are fewer.</exception>
    public void CheckCount(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count < (FixedBatch ?? 1)) throw TooFew(FixedBatch ?? 1, data.Count);
    }

    /// <summary>
    /// The first examples (a fair sample of data that is <see cref="Dataset.Mixed"/>): as many as wanted, rounded up
    /// to whole runs of a fixed batch size; all where there are fewer.
    /// </summary>
    /// <param name="data">At least as many examples as a run takes.</param>
    /// <param name="wanted">How many, at least 1.</param>
    /// <exception cref="DataFormatException">There are fewer than a run takes.</exception>
    public Dataset Sample(Dataset data, int wanted)
    {
        CheckCount(data);
        var batch = FixedBatch ?? 1;
        return data.First((int)Math.Min(data.Count, ((long)wanted + batch - 1) / batch * batch));
    }

    private static DataFormatException TooFew(int wanted, int count) => new(
        $"The model takes {wanted} examples at once; the data has {count}.",
        "Pass more examples, or export the model with an open batch size.");

    internal static ModelFormatException Unsupported(string what) => new(
        $"The model is not supported: {what}.", "Export it with tensors for inputs and outputs.");

    /// <summary>Names of the outputs that are tensors of floats, or maps of scores.</summary>
    internal static string[] FloatOutputs(InferenceSession session) =>
    [
        .. session.OutputNames.Where(name => session.OutputMetadata[name] is
        {
            IsTensor: true, ElementDataType:
            TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double
                or TensorElementType.BFloat16
        } || ScoreMaps.Are(session.OutputMetadata[name])),
    ];

    private static string OutputNamed(InferenceSession session, string? wanted)
    {
        var floats = FloatOutputs(session);
        if (floats.Length == 0) throw Unsupported("it has no output of floats");
        if (wanted is null || floats.Contains(wanted, StringComparer.Ordinal)) return wanted ?? floats[0];
        throw new ModelFormatException($"The model has no output of floats named '{wanted}'.",
            $"Name one of these: {string.Join(", ", floats.Select(name => $"'{name}'"))}.");
    }
}

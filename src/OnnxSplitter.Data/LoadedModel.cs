using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx.Models;

namespace OnnxSplitter.Data;

/// <summary>A model in a session, and what is measured of it.</summary>
public sealed class LoadedModel : IDisposable
{
    // Enough examples at once to keep the threads busy, few enough that activations stay small.
    private const int PreferredBatch = 64;

    private readonly InferenceSession _session;

    /// <summary>Takes over a session.</summary>
    /// <param name="session">Disposed of with this.</param>
    /// <param name="signature">Its signature.</param>
    public LoadedModel(InferenceSession session, ModelSignature signature) =>
        (_session, Signature) = (session, signature);

    /// <summary>The session itself.</summary>
    internal InferenceSession Session => _session;

    /// <summary>What goes in, what of what comes out is measured, and how.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Loads a model file and learns its signature from inputs that are drawn for it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public static LoadedModel Open(string path)
    {
        var session = Sessions.Open(path);
        try
        {
            using var file = ModelFile.Open(path);
            var sampler = InputSampler.Settle(session, file.Structure.Graph, InputShapes.None);
            return new LoadedModel(session, ModelSignature.Of(session, sampler.Draw(InputSampler.Trial, seed: 0)));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model file of a known signature.</summary>
    public static LoadedModel Open(string path, ModelSignature signature) => Open(path, signature, lowMemory: false);

    internal static LoadedModel Open(string path, ModelSignature signature, bool lowMemory) =>
        new(Sessions.Open(path, lowMemory), signature);

    /// <summary>The class with the highest score, per example.</summary>
    public int[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var predictions = new int[data.Count];
        Run(data, (start, scores) =>
        {
            for (var i = 0; i < scores.Length / Signature.Width; i++)
                predictions[start + i] =
                    TensorPrimitives.IndexOfMax(scores.Slice(i * Signature.Width, Signature.Width));
        });
        return predictions;
    }

    /// <summary>The measured output [examples, width], row by row.</summary>
    public float[] Outputs(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var all = new float[data.Count * Signature.Width];
        Run(data, (start, rows) => rows.CopyTo(all.AsSpan(start * Signature.Width)));
        return all;
    }

    /// <summary>
    /// Gives examples the answers that other models are measured by: this model's own where they have none.
    /// </summary>
    /// <returns>With labels, or, if the measure is the normalised error, with this model's outputs instead.</returns>
    /// <exception cref="DataFormatException">
    /// A label is outside the classes, all are the same, there are fewer examples than a run takes, or the outputs
    /// can't be a reference.
    /// </exception>
    public Dataset Answer(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Signature.Metric == Metric.NormalizedError)
            return data with { Labels = null, Reference = ReferenceOutputs.Of(Outputs(data), Signature.Width) };
        Signature.CheckLabels(data);
        Signature.CheckCount(data);
        var answered = data.Labels is null ? data with { Labels = Predict(data) } : data;
        if (answered.Labels!.Distinct().Count() > 1) return answered;
        throw data.Labels is not null
            ? BalancedAccuracy.OneClass()
            : new DataFormatException(
                "The original gives all of these examples the same class, so there is nothing that it could lose.",
                "Pass examples that it tells apart.");
    }

    /// <summary>What the signature's metric gives.</summary>
    /// <param name="data">Examples with labels, or with the original's outputs.</param>
    public Measured Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Signature.Metric == Metric.Accuracy ? Accuracy(data) : NormalizedError(data);
    }

    /// <summary>Share of right predictions, balanced over the classes, 0 to 1.</summary>
    /// <exception cref="DataFormatException">Fewer than two classes occur.</exception>
    public Measured Accuracy(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var labels = data.Labels ?? throw new ArgumentException("The data has no labels.", nameof(data));
        return BalancedAccuracy.Of(Predict(data), labels);
    }

    /// <summary>
    /// Squared difference from the original's outputs by their variance, 0 or more; NaN if not finite.
    /// </summary>
    public Measured NormalizedError(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var reference = data.Reference
            ?? throw new ArgumentException("The data has no reference outputs.", nameof(data));
        return reference.Measure(Outputs(data));
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private delegate void RowReader(int start, ReadOnlySpan<float> rows);

    private void Run(Dataset data, RowReader read)
    {
        Signature.CheckCount(data);
        var names = Signature.Inputs.Select(input => input.Name).ToArray();
        var batch = Signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            // A model of a fixed batch size gets its last batch filled up with examples that it has seen.
            var first = Signature.FixedBatch is null ? start : Math.Min(start, data.Count - batch);
            using var feeds = new FeedSet();
            foreach (var name in names)
                feeds.Values[name] = data.Batch(name, first, Math.Min(batch, data.Count - first));
            try
            {
                using var results = _session.Run(run, names, [.. feeds.Values.Values], [Signature.Output]);
                read(first, OrtFloats.Read(results[0]));
            }
            catch (OnnxRuntimeException e)
            {
                throw new DataFormatException($"The model can't be run on this data: {e.Message}",
                    "Check the shapes of the arrays against the model's inputs.", e);
            }
        }
    }
}

using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Protection.Data;

namespace OnnxSplitter.Protection.Execution;

/// <summary>A loaded classifier that can be measured.</summary>
public sealed class Classifier : IDisposable
{
    // Enough examples at once to keep the threads busy, few enough that activations stay small.
    private const int PreferredBatch = 64;

    private readonly InferenceSession _session;

    private Classifier(InferenceSession session)
    {
        _session = session;
        try
        {
            Signature = ModelSignature.Of(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What goes in and comes out.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Loads a model file.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public static Classifier Open(string path) => new(Sessions.Open(path));

    /// <summary>Loads a model from memory.</summary>
    /// <param name="model">The serialised model; ONNX Runtime copies it.</param>
    public static Classifier Open(byte[] model) => new(Sessions.Open(model));

    internal static Classifier Open(global::Onnx.ModelProto model) => new(Sessions.Open(model));

    /// <summary>The class with the highest score, per example.</summary>
    public int[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var predictions = new int[data.Count];
        Run(data, (start, scores) =>
        {
            for (var i = 0; i < scores.Length / Signature.Classes; i++)
                predictions[start + i] = TensorPrimitives.IndexOfMax(scores.Slice(i * Signature.Classes, Signature.Classes));
        });
        return predictions;
    }

    /// <summary>Class scores [examples, classes], row by row.</summary>
    public float[] Scores(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var all = new float[data.Count * Signature.Classes];
        Run(data, (start, scores) => scores.CopyTo(all.AsSpan(start * Signature.Classes)));
        return all;
    }

    /// <summary>Share of the examples whose prediction is their label, 0 to 1.</summary>
    public double Accuracy(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var labels = data.Labels ?? throw new ArgumentException("The data has no labels.", nameof(data));
        return Predict(data).Zip(labels).Count(pair => pair.First == pair.Second) / (double)data.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private delegate void ScoreReader(int start, ReadOnlySpan<float> scores);

    private void Run(Dataset data, ScoreReader read)
    {
        if (Signature.FixedBatch is { } wanted && data.Count < wanted)
            throw new DataFormatException($"The model takes {wanted} examples at once; the data has {data.Count}.",
                "Pass more examples, or export the model with an open batch size.");
        var names = Signature.Inputs.Select(input => input.Name).ToArray();
        var batch = Signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            // A model of a fixed batch size gets its last batch filled up with examples that it has seen.
            var first = Signature.FixedBatch is null ? start : Math.Min(start, data.Count - batch);
            using var feeds = new FeedSet();
            foreach (var name in names) feeds.Values[name] = data.Batch(name, first, Math.Min(batch, data.Count - first));
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

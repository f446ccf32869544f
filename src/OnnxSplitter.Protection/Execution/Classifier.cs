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
        Signature = ModelSignature.Of(session);
    }

    /// <summary>What goes in and comes out.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Loads a model file.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="threads">Threads to run it with; 0 lets ONNX Runtime decide.</param>
    public static Classifier Open(string path, int threads = 0) => new(Sessions.Open(path, threads));

    /// <summary>The class with the highest score, per example.</summary>
    public int[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var predictions = new int[data.Count];
        var batch = Signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            // A model of a fixed batch size gets its last batch filled up with earlier examples.
            var count = Math.Min(batch, data.Count - start);
            var first = Signature.FixedBatch is null ? start : Math.Max(0, Math.Min(start, data.Count - batch));
            if (Signature.FixedBatch is { } wanted && data.Count < wanted)
                throw new DataFormatException($"The model takes {wanted} examples at once; the data has {data.Count}.",
                    "Pass more examples, or export the model with an open batch size.");
            PredictBatch(data, first, Signature.FixedBatch ?? count, run).CopyTo(predictions, first);
        }

        return predictions;
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

    private int[] PredictBatch(Dataset data, int start, int count, RunOptions run)
    {
        var names = Signature.Inputs.Select(input => input.Name).ToArray();
        var values = names.Select(name => data.Batch(name, start, count)).ToArray();
        try
        {
            using var results = _session.Run(run, names, values, [Signature.Output]);
            var scores = results[0].GetTensorDataAsSpan<float>();
            var classes = scores.Length / count;
            var predictions = new int[count];
            for (var i = 0; i < count; i++)
                predictions[i] = TensorPrimitives.IndexOfMax(scores.Slice(i * classes, classes));
            return predictions;
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataFormatException($"The model can't be run on this data: {e.Message}",
                "Check the shapes of the arrays against the model's inputs.", e);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }
}

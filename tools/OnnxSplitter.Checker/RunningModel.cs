using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Data;

namespace OnnxSplitter.Checker;

/// <summary>A model in a session: its class scores and how often they are right.</summary>
internal sealed class RunningModel : IDisposable
{
    private const int PreferredBatch = 64;

    private readonly InferenceSession _session;

    private RunningModel(InferenceSession session) => _session = session;

    /// <summary>Number of classes.</summary>
    public int Classes => ModelSignature.Of(_session).Classes;

    /// <summary>Takes a session.</summary>
    /// <param name="open">Makes it.</param>
    /// <param name="name">Of what, for messages.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime can't load it.</exception>
    public static RunningModel Open(Func<InferenceSession> open, string name)
    {
        try
        {
            return new RunningModel(open());
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"ONNX Runtime can't load {name}: {e.Message}",
                "Check that the model runs in ONNX Runtime on this machine.", e);
        }
    }

    /// <summary>Random examples that fit this model, the same every time.</summary>
    /// <exception cref="ModelFormatException">Its inputs can't be drawn.</exception>
    public Dataset Draw(int count) => Dataset.Random(ModelSignature.Of(_session), count, seed: 0);

    /// <summary>Reads examples with labels that fit this model.</summary>
    /// <exception cref="DataFormatException">They don't, or have no labels.</exception>
    public Dataset Read(string path)
    {
        var examples = Dataset.Read(path, ModelSignature.Of(_session));
        if (examples.Labels is not null) return examples;
        throw new DataFormatException($"{path} has no labels, so there is no accuracy to measure.",
            $"Save the class numbers as '{Dataset.LabelName}' in it.");
    }

    /// <summary>Share of examples whose highest score is their label's.</summary>
    public double Accuracy(Dataset data)
    {
        var scores = Outputs(data);
        var classes = scores.Length / data.Count;
        return data.Labels!.Where((label, i) =>
            TensorPrimitives.IndexOfMax<float>(scores.AsSpan(i * classes, classes)) == label).Count() / (double)data.Count;
    }

    /// <summary>Class scores of every example, one after the other.</summary>
    public float[] Outputs(Dataset data)
    {
        var signature = ModelSignature.Of(_session);
        var batch = signature.FixedBatch ?? PreferredBatch;
        if (signature.FixedBatch is { } wanted && data.Count < wanted)
            throw new DataFormatException($"The model takes {wanted} examples at once; the data has {data.Count}.",
                "Pass more examples.");
        float[]? scores = null;
        for (var start = 0; start < data.Count; start += batch)
        {
            // A fixed batch has to be full: the last one begins earlier and overlaps.
            var count = signature.FixedBatch ?? Math.Min(batch, data.Count - start);
            var first = Math.Min(start, data.Count - count);
            var part = RunBatch(signature, data, first, count);
            scores ??= new float[part.Length / count * data.Count];
            part.CopyTo(scores, part.Length / count * first);
        }

        return scores!;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private float[] RunBatch(ModelSignature signature, Dataset data, int first, int count)
    {
        var names = signature.Inputs.Select(input => input.Name).ToArray();
        var values = names.Select(name => data.Batch(name, first, count)).ToArray();
        try
        {
            using var run = new RunOptions();
            using var results = _session.Run(run, names, values, [signature.Output]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
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

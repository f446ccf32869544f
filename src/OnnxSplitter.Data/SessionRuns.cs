using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Runs a model on examples, batch by batch.</summary>
internal static class SessionRuns
{
    // Enough examples at once to keep the threads busy, few enough that activations stay small.
    private const int PreferredBatch = 64;

    /// <summary>Told the index of the first of some examples, and their rows of the measured output.</summary>
    public delegate void RowReader(int start, ReadOnlySpan<float> rows);

    /// <summary>The measured output [examples, width], row by row.</summary>
    /// <exception cref="DataFormatException">See <see cref="Run"/>.</exception>
    public static float[] Outputs(InferenceSession session, ModelSignature signature, Dataset data)
    {
        var all = new float[data.Count * signature.Width];
        Run(session, signature, data, (start, rows) => rows.CopyTo(all.AsSpan(start * signature.Width)));
        return all;
    }

    /// <summary>Runs all examples.</summary>
    /// <exception cref="DataFormatException">
    /// There are fewer than a run takes, the model does not run on them, or its output has no one length.
    /// </exception>
    public static void Run(InferenceSession session, ModelSignature signature, Dataset data, RowReader read)
    {
        signature.CheckCount(data);
        var names = signature.Inputs.Select(input => input.Name).ToArray();
        var batch = signature.FixedBatch ?? PreferredBatch;
        using var run = new RunOptions();
        for (var start = 0; start < data.Count; start += batch)
        {
            // A model of a fixed batch size gets its last batch filled up with examples that it has seen.
            var first = signature.FixedBatch is null ? start : Math.Min(start, data.Count - batch);
            var count = Math.Min(batch, data.Count - first);
            using var feeds = new FeedSet();
            foreach (var name in names) feeds.Values[name] = data.Batch(name, first, count);
            try
            {
                using var results = session.Run(run, names, [.. feeds.Values.Values], [signature.Output]);
                var rows = OrtFloats.Read(results[0]);
                if (rows.Length != count * signature.Width) throw OtherLength(signature, rows.Length / count);
                read(first, rows);
            }
            catch (OnnxRuntimeException e)
            {
                throw new DataFormatException($"The model can't be run on this data: {e.Message}",
                    "Check the shapes of the arrays against the model's inputs.", e);
            }
        }
    }

    private static DataFormatException OtherLength(ModelSignature signature, int length) => new(
        $"Output '{signature.Output}' has {length} values for one example and {signature.Width} for another: its "
        + "length depends on what goes in, so that examples can't be compared number by number.",
        "Pick an output of one length with ModelOutput (export the one that the lengths are made from, such as the "
        + "durations of speech), or pass examples for which it has one length.")
    {
        Properties = ["ModelOutput"],
    };
}

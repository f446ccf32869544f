using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Data;

/// <summary>Runs a model on examples, batch by batch.</summary>
internal static class SessionRuns
{
    // Enough examples at once to be fast, few enough that activations stay small, of several batches side by side:
    // fewer where inputs are large, as images for a detector are.
    private const int MostAtOnce = 32;
    private const int FewestAtOnce = 8;
    private const int BytesAtOnce = 8 << 20;

    private const int FewExamples = 16;

    /// <summary>The measured output [examples, width], row by row.</summary>
    /// <exception cref="DataFormatException">
    /// There are fewer than a run takes, the model does not run on them, or its output has no one length.
    /// </exception>
    public static float[] Outputs(InferenceSession session, ModelSignature signature, Dataset data)
    {
        using var options = new RunOptions();
        return Outputs(Runner(session, options), signature, data);
    }

    /// <summary>The same of a model that runs in another way, several times at once.</summary>
    /// <exception cref="DataFormatException">As above.</exception>
    public static float[] Outputs(ModelRun run, ModelSignature signature, Dataset data)
    {
        var all = new float[data.Count * signature.Width];
        Each(run, signature, data, [signature.Output], (first, count, results) =>
        {
            var rows = OrtFloats.Read(results[0]);
            if (rows.Length != count * signature.Width) throw OtherLength(signature, rows.Length / count);
            rows.CopyTo(all.AsSpan(first * signature.Width));
        });
        return all;
    }

    /// <summary>Share of examples whose highest score is their label's, balanced over the classes.</summary>
    /// <returns>NaN where a score is: a model that gives such looks broken, not ordinary.</returns>
    /// <exception cref="DataFormatException">Fewer than two classes occur, or as above.</exception>
    public static Measured Accuracy(InferenceSession session, ModelSignature signature, Dataset data)
    {
        var outputs = Outputs(session, signature, data);
        return Array.Exists(outputs, float.IsNaN)
            ? new(double.NaN, double.NaN)
            : BalancedAccuracy.Of(Classes(outputs, signature.Width), data.Labels!);
    }

    /// <summary>The class with the highest score, row by row.</summary>
    public static int[] Classes(float[] outputs, int width) =>
    [
        .. Enumerable.Range(0, outputs.Length / width).Select(i =>
            TensorPrimitives.IndexOfMax<float>(outputs.AsSpan(i * width, width))),
    ];

    /// <summary>Whether two runs on a few examples give different outputs, as of dropout and random ops.</summary>
    /// <exception cref="DataFormatException">As above.</exception>
    public static bool Vary(InferenceSession session, ModelSignature signature, Dataset data)
    {
        var few = signature.Sample(data, FewExamples);
        return !Same(Outputs(session, signature, few), Outputs(session, signature, few));
    }

    /// <summary>Whether outputs are the same bit for bit.</summary>
    public static bool Same(float[] left, float[] right) =>
        MemoryMarshal.AsBytes(left.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(right.AsSpan()));

    /// <summary>Runs all examples, and looks at some of what comes out.</summary>
    /// <param name="session">The model.</param>
    /// <param name="signature">What goes in.</param>
    /// <param name="data">Examples.</param>
    /// <param name="outputs">Names of what is looked at.</param>
    /// <param name="read">
    /// Told the index of the first of some examples, how many they are, and the outputs, which are released afterwards;
    /// one call at a time, in any order.
    /// </param>
    /// <exception cref="DataFormatException">
    /// There are fewer than a run takes, or the model does not run on them.
    /// </exception>
    public static void Each(InferenceSession session, ModelSignature signature, Dataset data,
        IReadOnlyCollection<string> outputs, Action<int, int, IReadOnlyList<OrtValue>> read)
    {
        using var options = new RunOptions();
        Each(Runner(session, options), signature, data, outputs, read);
    }

    private static ModelRun Runner(InferenceSession session, RunOptions options) =>
        (inputs, outputs) => session.Run(options, inputs, outputs);

    private static void Each(ModelRun run, ModelSignature signature, Dataset data,
        IReadOnlyCollection<string> outputs, Action<int, int, IReadOnlyList<OrtValue>> read)
    {
        signature.CheckCount(data);
        var names = signature.Inputs.Select(input => input.Name).ToArray();
        var size = Math.Max(1, names.Sum(name => data.Inputs[name].RowSize));
        var batch = signature.FixedBatch ?? Math.Clamp(BytesAtOnce / size, FewestAtOnce, MostAtOnce);
        var reading = new Lock();
        SideBySide.Each((data.Count + batch - 1) / batch, i =>
        {
            // A model of a fixed batch size gets its last batch filled up with examples that it has seen.
            var first = signature.FixedBatch is null ? i * batch : Math.Min(i * batch, data.Count - batch);
            var count = Math.Min(batch, data.Count - first);
            using var feeds = new FeedSet();
            foreach (var name in names) feeds.Values[name] = data.Batch(name, first, count);
            try
            {
                using var results = run(feeds.Values, outputs);
                lock (reading) read(first, count, results);
            }
            catch (OnnxRuntimeException e)
            {
                throw new DataFormatException($"The model can't be run on this data: {e.Message}",
                    "Check the shapes of the arrays against the model's inputs.", e);
            }
        });
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

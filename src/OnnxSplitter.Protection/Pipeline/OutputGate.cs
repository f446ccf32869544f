using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Strategies;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// Writes what a search has come to, and measures the written file: whether the search may stop is asked of the very
/// bytes that would be shipped. The last answer is kept with its output, which is then the job's.
/// </summary>
internal sealed class OutputGate(ProtectionOptions options, ModelFile file, JobData data) : IDisposable
{
    /// <summary>What was measured last, by tensor and index.</summary>
    public IReadOnlyList<WeightChange> Changes { get; private set; } = [];

    /// <summary>What was written last, still without its names; null before the first call and without changes.</summary>
    public ObfuscatedOutput? Output { get; private set; }

    /// <summary>Accuracy of <see cref="Output"/> on the evaluation data, 0 to 1.</summary>
    public double Accuracy { get; private set; } = double.NaN;

    /// <summary>The evaluation data's accuracy after these moves; measured anew only if they are not the last ones.</summary>
    public double Measure(IReadOnlyList<AcceptedMove> moves)
    {
        var changes = ChangesBy(moves);
        if (!double.IsNaN(Accuracy) && changes.SequenceEqual(Changes)) return Accuracy;
        Dispose();
        (Output, Changes) = (null, changes);
        if (changes.Count > 0) Output = ObfuscatedOutput.Write(options, file, changes);
        using var written = Classifier.Open(Output?.ModelPath ?? options.Model);
        return Accuracy = written.Accuracy(data.Evaluation);
    }

    /// <inheritdoc/>
    public void Dispose() => Output?.Dispose();

    private static List<WeightChange> ChangesBy(IReadOnlyList<AcceptedMove> moves) =>
    [
        .. moves.SelectMany(move => move.Candidate.Weights.Zip(move.Replaced, (after, before) =>
            new WeightChange(move.Candidate.Tensor, after.Index, BitConverter.SingleToUInt32Bits(before.Value),
                BitConverter.SingleToUInt32Bits(after.Value))))
            .OrderBy(change => change.Tensor.Path, StringComparer.Ordinal).ThenBy(change => change.Index),
    ];
}

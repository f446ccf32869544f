using System.Collections.Immutable;
using OnnxSplitter.Attacks.Detectors;
using OnnxSplitter.Attacks.Repairs;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Output;

/// <summary>
/// Writes what a search has come to, and measures the written file: whether the search may stop is asked of the very
/// bytes that would be shipped. The last output is kept: it is then the job's.
/// </summary>
internal sealed class OutputGate(
    ProtectionOptions options, OutputTarget target, ModelFile file, SearchModel model, Dataset evaluation,
    ModelSignature signature, WorthMeter? meter) : IDisposable
{
    // Nine models are looked at, and the best of them measured.
    private const int GlancedOn = 250;
    private const int MostUndoneOn = 1000;

    /// <summary>What was measured last, by tensor and index.</summary>
    public IReadOnlyList<WeightChange> Changes { get; private set; } = [];

    /// <summary>
    /// What was written last, still without its names; null before the first call and without changes.
    /// </summary>
    public ObfuscatedOutput? Output { get; private set; }

    // A model of the same changes is the same file, which need not be measured twice.
    private readonly Dictionary<string, WorthLeft> _worth = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Measured> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BestUndoing> _undone = new(StringComparer.Ordinal);

    /// <summary>What the metric gives on the evaluation data after these moves.</summary>
    public Measured Evaluate(IReadOnlyList<AcceptedMove> moves)
    {
        var key = Write(moves);
        if (_known.TryGetValue(key, out var known)) return known;
        var session = Output is null && options.Original is { } original
            ? options.Sessions.Open(original)
            : options.Sessions.Open(Output?.StagedPath ?? options.Model, GraphSessions.IsLarge(file));
        using var written = new LoadedModel(session, signature);
        return _known[key] = written.Evaluate(evaluation);
    }

    /// <summary>What is left of its worth after these moves; null where that is not asked, and without any.</summary>
    public WorthLeft? Worth(IReadOnlyList<AcceptedMove> moves)
    {
        var key = Write(moves);
        if (meter is null || Output is not { } output) return null;
        return _worth.TryGetValue(key, out var known) ? known : _worth[key] = meter.Measure(output.StagedPath);
    }

    /// <summary>
    /// What outputs, and where these are worth no more than they may be, what is inside is worth, as a multiple of
    /// that.
    /// </summary>
    /// <param name="moves">Moves.</param>
    /// <param name="goals">What they may be worth.</param>
    /// <param name="counted">Outputs that count.</param>
    public double Excess(IReadOnlyList<AcceptedMove> moves, WorthGoals goals, IReadOnlyCollection<string> counted)
    {
        var key = Write(moves);
        if (meter is null || Output is not { } output) return 0;
        if (_worth.TryGetValue(key, out var known)) return Excess(known);

        // Where the outputs alone have too much, nobody need look inside: what was read then is not all.
        var whole = false;
        var left = meter.Measure(output.StagedPath, outputs => whole = Excess(outputs) <= 1);
        if (whole) _worth[key] = left;
        return Excess(left);

        double Excess(WorthLeft left) => goals.Excess(left.Of(counted));
    }

    /// <summary>What a look at the weights brings back after these moves, by the metric's utility.</summary>
    /// <returns>Null where changes may show, and where a model is too large for it.</returns>
    public BestUndoing? Undone(IReadOnlyList<AcceptedMove> moves, CancellationToken cancellation)
    {
        var key = Write(moves);
        if (options.Search.Stealth == StealthKind.Off || Output is not { } output || GraphSessions.IsLarge(file))
            return null;
        if (_undone.TryGetValue(key, out var known)) return known;
        using var obfuscated = ModelFile.Open(output.StagedPath);
        var (few, many) = (signature.Sample(evaluation, GlancedOn), signature.Sample(evaluation, MostUndoneOn));
        var guessed = DetectorSuite.Run(
            obfuscated, ImmutableDictionary.Create<string, IReadOnlyList<long>>(StringComparer.Ordinal), cancellation);
        return _undone[key] = UndoneGuesses.Best(
            obfuscated, guessed, repairs => Worth(repairs, many), repairs => Worth(repairs, few));

        double Worth(IReadOnlyList<WeightBits> repairs, Dataset examples)
        {
            using var repaired = new LoadedModel(
                RepairedModel.Open(obfuscated, repairs, options.Sessions), signature);
            return signature.Metric.Utility(repaired.Evaluate(examples).Value);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Output?.Dispose();

    /// <summary>Writes the model, unless it is what was written last.</summary>
    /// <returns>What tells it from others.</returns>
    private string Write(IReadOnlyList<AcceptedMove> moves)
    {
        var changes = ChangesBy(moves);
        if (!changes.SequenceEqual(Changes))
        {
            Dispose();
            (Output, Changes) = (null, changes);
            if (changes.Count > 0) Output = ObfuscatedOutput.Write(options, target, file, changes);
        }

        return Output?.Sha256OfAll ?? "";
    }

    private List<WeightChange> ChangesBy(IReadOnlyList<AcceptedMove> moves) => WeightChanges.Of(file,
        moves.SelectMany(move => move.Candidate.NewValues.Select(weight => new WeightBits(
            move.Candidate.Tensor, weight.Index, model.Bits(move.Candidate.Tensor, weight.Index, weight.Value)))));
}

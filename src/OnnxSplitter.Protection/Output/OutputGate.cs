using System.Collections.Immutable;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Forensics.Repairs;
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
    private readonly Dictionary<string, (Measured Answers, WorthLeft Left)?> _glimpsed = new(StringComparer.Ordinal);
    private ModelReadings? _readings;
    private readonly Dictionary<string, Measured> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BestUndoing> _undone = new(StringComparer.Ordinal);

    /// <summary>What the metric gives on the evaluation data after these moves.</summary>
    public Measured Evaluate(IReadOnlyList<AcceptedMove> moves)
    {
        var key = Write(moves);
        if (_known.TryGetValue(key, out var known)) return known;
        if (Readings?.Answers() is { } answers) return _known[key] = answers;
        var session = Output is null && options.Original is { } original
            ? options.Sessions.Open(original)
            : options.Sessions.Open(Output?.StagedPath ?? options.Model, GraphSessions.IsLarge(file));
        using var written = new LoadedModel(session, signature);
        return _known[key] = written.Evaluate(evaluation);
    }

    /// <summary>What is left of its worth after these moves; null where that is not asked, and without any.</summary>
    public WorthLeft? Worth(IReadOnlyList<AcceptedMove> moves) => Worth(moves, _ => true);

    /// <summary>The same, but inside only where what was read of the outputs is worth it.</summary>
    /// <param name="moves">Moves.</param>
    /// <param name="goesOn">Told what outputs are worth; false leaves out the readings inside.</param>
    public WorthLeft? Worth(IReadOnlyList<AcceptedMove> moves, Predicate<WorthLeft> goesOn)
    {
        var key = Write(moves);
        if (_worth.TryGetValue(key, out var known)) return known;
        var whole = false;
        var left = Readings?.Left(outputs => whole = goesOn(outputs));
        return whole ? _worth[key] = left! : left;
    }

    /// <summary>
    /// What a fraction of the evaluation data says after these moves; null where that is not worth it, and without any.
    /// </summary>
    /// <param name="moves">Moves.</param>
    /// <param name="goesOn">As of <see cref="Worth(IReadOnlyList{AcceptedMove}, Predicate{WorthLeft})"/>.</param>
    public (Measured Answers, WorthLeft Left)? Glimpse(
        IReadOnlyList<AcceptedMove> moves, Predicate<WorthLeft> goesOn)
    {
        var key = Write(moves);
        if (!_glimpsed.TryGetValue(key, out var known)) _glimpsed[key] = known = Readings?.Glimpse(goesOn);
        return known;
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

    /// <summary>Of what was written last; null where that is not asked, and without changes.</summary>
    private ModelReadings? Readings => _readings ??= Output is null ? null : meter?.Open(Output.StagedPath);

    /// <summary>Writes the model, unless it is what was written last.</summary>
    /// <returns>What tells it from others.</returns>
    private string Write(IReadOnlyList<AcceptedMove> moves)
    {
        var changes = ChangesBy(moves);
        if (!changes.SequenceEqual(Changes))
        {
            Dispose();
            (Output, Changes, _readings) = (null, changes, null);
            if (changes.Count > 0) Output = ObfuscatedOutput.Write(options, target, file, changes);
        }

        return Output?.Sha256OfAll ?? "";
    }

    private List<WeightChange> ChangesBy(IReadOnlyList<AcceptedMove> moves) => WeightChanges.Of(file,
        moves.SelectMany(move => move.Candidate.NewValues.Select(weight => new WeightBits(
            move.Candidate.Tensor, weight.Index, model.Bits(move.Candidate.Tensor, weight.Index, weight.Value)))));
}

using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Worth.Readings;

/// <summary>
/// Measures what an obfuscated model is still worth: cheap readings, fitted on calibration and judged on evaluation
/// examples. What the same readings give without the model is measured once.
/// </summary>
public sealed class WorthMeter
{
    // Inside a network, the most places that are read.
    private const int MostCuts = 8;

    // Judging by more would cost more than it tells.
    private const int MostJudged = 2000;

    // What is far from a goal is seen to be by these, at a fraction of the cost.
    private const int MostGlimpsed = 500;
    private const int MostGlimpsedLabels = 200;

    private static readonly int[] LabelCounts = [64, 200, 600];

    private readonly Dataset _known;
    private readonly Dataset _asked;
    private readonly bool _asksAll;
    private readonly ModelReader _reader;
    private readonly LabelledReadings? _labelled;
    private readonly (Dataset Known, Dataset Asked, LabelledReadings Readings)? _glimpse;
    private readonly DecisionReadings? _decisions;
    private readonly string _judged;
    private readonly Dictionary<string, ValueReadings?> _values = new(StringComparer.Ordinal);

    /// <summary>Learns what the original gives, and what inputs alone give.</summary>
    /// <param name="file">The original model.</param>
    /// <param name="original">The same in a session.</param>
    /// <param name="calibration">
    /// Examples in no order of classes, with labels where the model is judged by accuracy.
    /// </param>
    /// <param name="evaluation">Other examples, likewise.</param>
    /// <param name="sessions">Opens models that are measured; null for <see cref="Sessions.Plain"/>.</param>
    public WorthMeter(ModelFile file, LoadedModel original, Dataset calibration, Dataset evaluation,
        Sessions? sessions = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(evaluation);
        var signature = original.Signature;
        int[] counts = [.. LabelCounts.Where(count => count <= calibration.Count)];
        if (counts.Length == 0) counts = [calibration.Count];
        _known = signature.Sample(calibration, counts[^1]);
        _asked = signature.Sample(evaluation, MostJudged);
        _asksAll = _asked.Count == evaluation.Count;
        _judged = signature.Output;
        var outputs = ModelSignature.FloatOutputs(original.Session).OrderBy(name => name != _judged).ToArray();
        _reader = new ModelReader(signature, outputs, Cuts(file, signature), sessions ?? Sessions.Plain);
        var (inputs, others) = (InputFeatures.Of(_known), InputFeatures.Of(_asked));
        var (answers, wanted) =
            (_reader.ReadOutputs(original.Session, _known), _reader.ReadOutputs(original.Session, _asked));
        if (signature.Metric == Metric.Accuracy)
        {
            _labelled = new LabelledReadings(_known, _asked, signature.Classes, counts);
            _labelled.Learn(inputs, others, wanted.Outputs[_judged]!);
            if (_asked.Count >= 2 * MostGlimpsed)
            {
                var few = signature.Sample(_asked, MostGlimpsed);
                _glimpse = (_known.First(Math.Min(_known.Count, MostGlimpsedLabels)), few,
                    _labelled.Glimpse(few, MostGlimpsedLabels));
            }
        }
        else if (signature.Decides(_known) && signature.Decides(_asked))
            _decisions = new DecisionReadings(_known, _asked, counts, inputs, others, wanted.Outputs[_judged]!);

        foreach (var name in outputs.Where(name => _labelled is null || name != _judged))
        {
            _values[name] = answers.Outputs[name] is { } before && wanted.Outputs[name] is { } after
                && before.ColumnCount == after.ColumnCount
                ? new ValueReadings(name, wanted.Shapes[name], before, after, counts,
                    name == _judged && signature.IsEmbedding)
                : null;
            _values[name]?.Learn(inputs, others);
        }

        Outputs =
        [
            .. outputs.Where(name => !_values.TryGetValue(name, out var values) || values is not null)
                .Select(name => _reader.Measured(name, wanted.Shapes[name])),
        ];
        Original = Judge(wanted);
    }

    /// <summary>The outputs that can be measured, the one that the model is judged by first.</summary>
    public IReadOnlyList<MeasuredOutput> Outputs { get; }

    /// <summary>
    /// What the metric gives of the original on the evaluation examples; null where readings ask few of these, or are
    /// not of class scores.
    /// </summary>
    public Measured? Original { get; }

    /// <summary>The places inside that are read, with what their readings are called.</summary>
    internal IReadOnlyList<(string Name, Cut Cut)> Places => field ??=
        [.. _reader.Cuts.Select((cut, i) => ($"place {i + 1} of {_reader.Cuts.Count}", cut))];

    /// <summary>Reads a model of the same graph.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public WorthLeft Measure(string path) => Open(path).Left(_ => true);

    /// <summary>A model of the same graph, to be read as far as is asked.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public ModelReadings Open(string path) => new(this, path);

    /// <summary>A session that gives what is read.</summary>
    internal InferenceSession Session(string path) => _reader.Open(path);

    /// <summary>Runs the examples that readings are judged on.</summary>
    internal ReadValues Ask(InferenceSession session) => _reader.Read(session, _asked);

    /// <summary>Runs the examples that readings are fitted on.</summary>
    internal ReadValues Learn(InferenceSession session) => _reader.Read(session, _known);

    /// <summary>
    /// Reads the class scores, and inside, by a fraction of the examples; null where that is not worth it.
    /// </summary>
    internal (Measured Answers, WorthLeft Left)? Glimpse(InferenceSession session, Predicate<WorthLeft> goesOn)
    {
        if (_glimpse is not var (few, others, readings)) return null;
        var (known, asked) = (_reader.Read(session, few), _reader.Read(session, others));
        if (known.Outputs[_judged] is not { } before || asked.Outputs[_judged] is not { } scores
            || scores.Values.Any(double.IsNaN)) return null;
        var left = new WorthLeft([readings.Output(_judged, before, scores)], []);
        return (readings.Answers(scores),
            goesOn(left) ? left with { Inner = Inner(readings, known, asked) } : left);
    }

    /// <summary>What the metric gives on the evaluation examples; null as of the original.</summary>
    internal Measured? Judge(ReadValues asked) => _labelled is not null && _asksAll
        && asked.Outputs[_judged] is { } scores
        ? scores.Values.Any(double.IsNaN) ? new(double.NaN, double.NaN) : _labelled.Answers(scores)
        : null;

    /// <summary>Readings of all outputs.</summary>
    internal OutputWorth[] OfOutputs(ReadValues known, ReadValues asked) =>
        [.. known.Outputs.Keys.Select(name => Output(name, known.Outputs[name], asked.Outputs[name]))];

    /// <summary>Readings of all places inside.</summary>
    internal Reading[] Inner(ReadValues known, ReadValues asked) => Inner(_labelled!, known, asked);

    private Reading[] Inner(LabelledReadings readings, ReadValues known, ReadValues asked) =>
    [
        .. known.Cuts.Zip(asked.Cuts, Places).AsParallel().AsOrdered()
            .SelectMany(place => readings.Features(place.Third.Name, place.First, place.Second).ToArray()),
    ];

    private OutputWorth Output(string name, DenseMatrix? known, DenseMatrix? asked)
    {
        if (known is null || asked is null) return Unmeasured(name);
        if (_labelled is not null && name == _judged) return _labelled.Output(name, known, asked);
        if (_values[name]?.Output(known, asked) is not { } worth) return Unmeasured(name);
        return _decisions is not null && name == _judged
            ? worth with { Readings = [.. worth.Readings, .. _decisions.Of(known, asked)] }
            : worth;
    }

    private static OutputWorth Unmeasured(string name) =>
        new(name, [], NotMeasured: "it has no rows of one length, one for each example");

    /// <summary>Where a network is read inside: only with labels is there anything to read it for.</summary>
    private static IReadOnlyList<Cut> Cuts(ModelFile file, ModelSignature signature) =>
        signature.Metric == Metric.Accuracy && ModelWithOutputs.CanOpen(file)
            ? CutFinder.In(file.Structure.Graph, MostCuts)
            : [];
}

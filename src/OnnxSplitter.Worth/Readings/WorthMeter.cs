using MathNet.Numerics.LinearAlgebra.Double;
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

    private static readonly int[] LabelCounts = [64, 200, 600];

    private readonly Dataset _known;
    private readonly Dataset _asked;
    private readonly ModelReader _reader;
    private readonly LabelledReadings? _labelled;
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
        _judged = signature.Output;
        var outputs = ModelSignature.FloatOutputs(original.Session).OrderBy(name => name != _judged).ToArray();
        _reader = new ModelReader(signature, outputs, Places(file, signature), sessions ?? Sessions.Plain);
        var (inputs, others) = (InputFeatures.Of(_known), InputFeatures.Of(_asked));
        var (answers, wanted) =
            (_reader.ReadOutputs(original.Session, _known), _reader.ReadOutputs(original.Session, _asked));
        if (signature.Metric == Metric.Accuracy)
        {
            _labelled = new LabelledReadings(_known, _asked, signature.Classes, counts);
            _labelled.Learn(inputs, others, wanted.Outputs[_judged]!);
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
    }

    /// <summary>The outputs that can be measured, the one that the model is judged by first.</summary>
    public IReadOnlyList<MeasuredOutput> Outputs { get; }

    /// <summary>Reads a model of the same graph.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public WorthLeft Measure(string path) => Measure(path, _ => true);

    /// <summary>The same, but inside only where what was read of the outputs is worth it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="goesOn">Told what outputs are worth; false leaves out the readings inside.</param>
    public WorthLeft Measure(string path, Predicate<WorthLeft> goesOn)
    {
        ArgumentNullException.ThrowIfNull(goesOn);
        using var session = _reader.Open(path);
        var (known, asked) = (_reader.Read(session, _known), _reader.Read(session, _asked));
        var left = new WorthLeft(
            [.. known.Outputs.Keys.Select(name => Output(name, known.Outputs[name], asked.Outputs[name]))], []);
        return goesOn(left) ? left with { Inner = Inner(known.Cuts, asked.Cuts) } : left;
    }

    private Reading[] Inner(IReadOnlyList<DenseMatrix> known, IReadOnlyList<DenseMatrix> asked) =>
    [
        .. known.Zip(asked).Select((cut, i) => (cut.First, cut.Second, Name: $"place {i + 1} of {known.Count}"))
            .AsParallel().AsOrdered()
            .SelectMany(cut => _labelled!.Features(cut.Name, cut.First, cut.Second).ToArray()),
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
    private static IReadOnlyList<Cut> Places(ModelFile file, ModelSignature signature) =>
        signature.Metric == Metric.Accuracy && ModelWithOutputs.CanOpen(file)
            ? CutFinder.In(file.Structure.Graph, MostCuts)
            : [];
}

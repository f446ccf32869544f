using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Worth.Cuts;
using OnnxSplitter.Worth.Readouts;

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

    private readonly ModelSignature _signature;
    private readonly Dataset _known;
    private readonly Dataset _asked;
    private readonly ModelReader _reader;
    private readonly int[] _labelCounts;
    private readonly Dictionary<int, double> _controls = [];
    private readonly double _original;

    /// <summary>Learns what the original gives, and what inputs alone give.</summary>
    /// <param name="file">The original model.</param>
    /// <param name="original">The same in a session; its output is of class scores.</param>
    /// <param name="calibration">Examples with labels, in no order of classes.</param>
    /// <param name="evaluation">Other examples with labels.</param>
    public WorthMeter(ModelFile file, LoadedModel original, Dataset calibration, Dataset evaluation)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(evaluation);
        _signature = original.Signature;
        _labelCounts = [.. LabelCounts.Where(count => count <= calibration.Count)];
        if (_labelCounts.Length == 0) _labelCounts = [calibration.Count];
        _known = calibration.First(_labelCounts[^1]);
        _asked = evaluation.First(MostJudged);
        var cuts = ModelWithOutputs.CanOpen(file) ? CutFinder.In(file.Structure.Graph, MostCuts) : [];
        _reader = new ModelReader(_signature, cuts);
        var (inputs, others) = (InputFeatures.Of(_known), InputFeatures.Of(_asked));
        foreach (var count in _labelCounts) _controls[count] = Readout(inputs, others, count);
        _original = Judge(original.Predict(_asked)).Value;
    }

    /// <summary>Reads a model of the same graph.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public WorthLeft Measure(string path)
    {
        var (known, knownInside) = _reader.Read(path, _known);
        var (asked, askedInside) = _reader.Read(path, _asked);
        var answered = Judge(Highest(asked));
        double[] shares = [.. Enumerable.Range(0, _signature.Classes)
            .Select(c => _known.Labels!.Count(label => label == c) / (double)_known.Count)];
        var readings = new List<Reading>
        {
            new("answers", 0, answered.Value, _signature.Chance, _original),
            new("answers, classes made as frequent as they are", 0, Math.Max(
                Judge(ClassShift.Predict(known, shares, scaled: false, asked)).Value,
                Judge(ClassShift.Predict(known, shares, scaled: true, asked)).Value), _signature.Chance, _original),
        };
        readings.AddRange(_labelCounts.Select(count => Labelled("readout of the output", known, asked, count)));
        var inner = knownInside.Zip(askedInside).SelectMany((cut, i) => _labelCounts
            .Select(count => Labelled($"readout of place {i + 1} of {knownInside.Length}", cut.First, cut.Second, count)));
        return new WorthLeft(readings, [.. inner], answered.StandardError);
    }

    private Reading Labelled(string name, DenseMatrix known, DenseMatrix asked, int count) =>
        new(name, count, Readout(known, asked, count), _controls[count], _original);

    private double Readout(DenseMatrix known, DenseMatrix asked, int count) => Judge(LogisticReadout.Predict(
        (DenseMatrix)known.SubMatrix(0, count, 0, known.ColumnCount), [.. _known.Labels!.Take(count)],
        _signature.Classes, asked)).Value;

    private BalancedAccuracy Judge(int[] predictions) =>
        BalancedAccuracy.Of(predictions, _asked.Labels!, _signature.Classes);

    private static int[] Highest(DenseMatrix scores) =>
        [.. Enumerable.Range(0, scores.RowCount).Select(row => scores.Row(row).MaximumIndex())];
}

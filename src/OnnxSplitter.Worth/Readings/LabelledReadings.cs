using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Worth.Readings;

/// <summary>Readings of class scores, and of places inside a network that has them.</summary>
/// <param name="known">Labelled examples that readouts are fitted on.</param>
/// <param name="asked">Labelled examples that they are judged on.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="counts">How many of the known examples readouts get.</param>
internal sealed class LabelledReadings(Dataset known, Dataset asked, int classes, IReadOnlyList<int> counts)
{
    private readonly double[] _shares =
        [.. Enumerable.Range(0, classes).Select(c => known.Labels!.Count(label => label == c) / (double)known.Count)];

    // Of the classes that occur.
    private readonly double _chance = BalancedAccuracy.Chance(asked.Labels!).Value;

    private double[] _controls = [];
    private double _original;

    /// <summary>Learns what inputs alone give, and what the original does.</summary>
    /// <param name="inputs">The known examples' inputs.</param>
    /// <param name="others">The asked ones'.</param>
    /// <param name="original">The original's scores for the asked ones.</param>
    public void Learn(DenseMatrix inputs, DenseMatrix others, DenseMatrix original)
    {
        _controls = [.. counts.Select(count => Readout(inputs, others, count).Value)];
        _original = Answers(original).Value;
    }

    /// <summary>The same by fewer examples and readouts; what they are compared with stays.</summary>
    /// <param name="others">Labelled examples to judge by instead.</param>
    /// <param name="mostLabels">How many of the known examples readouts get at most.</param>
    public LabelledReadings Glimpse(Dataset others, int mostLabels) =>
        new(known, others, classes, [.. counts.Where(count => count <= mostLabels)])
        {
            _controls = _controls,
            _original = _original,
        };

    /// <summary>Reads an output.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">Its scores for the known examples.</param>
    /// <param name="scores">Those for the asked ones.</param>
    public OutputWorth Output(string name, DenseMatrix before, DenseMatrix scores)
    {
        var shifted = new[] { false, true }
            .Select(scaled => Judge(Highest(ClassShift.Fit(before, _shares, scaled).Apply(scores))))
            .MaxBy(judged => judged.Value);
        return new OutputWorth(name,
            [
                Of("answers", 0, Answers(scores), _chance),
                Of("answers, all classes as frequent as they are", 0, shifted, _chance),
                .. Features("readout", before, scores),
            ]);
    }

    /// <summary>Reads features.</summary>
    /// <param name="name">What the readings are called.</param>
    /// <param name="before">Of the known examples.</param>
    /// <param name="features">Of the asked ones.</param>
    public IEnumerable<Reading> Features(string name, DenseMatrix before, DenseMatrix features) =>
        counts.Select((count, i) =>
            Of(name, count, Readout(before, features, count), _controls[i]));

    /// <summary>Balanced accuracy of scores for the asked examples, as they are.</summary>
    public Measured Answers(DenseMatrix scores) => Judge(Highest(scores));

    private Reading Of(string name, int labels, Measured judged, double control) =>
        new(name, labels, judged.Value, control, _original, judged.StandardError);

    private Measured Readout(DenseMatrix before, DenseMatrix features, int count) => Judge(LogisticReadout.Predict(
        (DenseMatrix)before.SubMatrix(0, count, 0, before.ColumnCount), [.. known.Labels!.Take(count)], features));

    private Measured Judge(int[] predictions) => BalancedAccuracy.Of(predictions, asked.Labels!);

    private static int[] Highest(DenseMatrix scores) =>
        [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];
}

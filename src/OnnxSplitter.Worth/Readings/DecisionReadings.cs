using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;

namespace OnnxSplitter.Worth.Readings;

/// <summary>Readings of one number that decides between two classes: the same as of two classes' scores.</summary>
internal sealed class DecisionReadings
{
    private readonly LabelledReadings _classes;
    private readonly double _threshold;

    /// <summary>Learns what inputs alone give, and what the original does.</summary>
    /// <param name="known">Labelled examples that readouts are fitted on.</param>
    /// <param name="asked">Labelled examples that they are judged on.</param>
    /// <param name="counts">How many of the known examples readouts get.</param>
    /// <param name="inputs">The known examples' inputs.</param>
    /// <param name="others">The asked ones'.</param>
    /// <param name="original">The original's numbers for the asked ones: logits, or probabilities.</param>
    public DecisionReadings(Dataset known, Dataset asked, IReadOnlyList<int> counts, DenseMatrix inputs,
        DenseMatrix others, DenseMatrix original)
    {
        _threshold = original.Values.All(value => value is >= 0 and <= 1) ? 0.5 : 0;
        _classes = new LabelledReadings(known, asked, classes: 2, counts);
        _classes.Learn(inputs, others, Scores(original));
    }

    /// <summary>Reads the number.</summary>
    /// <param name="before">Its values for the known examples.</param>
    /// <param name="values">Those for the asked ones.</param>
    public IReadOnlyList<Reading> Of(DenseMatrix before, DenseMatrix values) =>
        _classes.Output("", Scores(before), Scores(values)).Readings;

    private DenseMatrix Scores(DenseMatrix values) =>
        DenseMatrix.Create(values.RowCount, 2, (row, c) => c * (values.At(row, 0) - _threshold));
}

using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Worth.Cuts;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Worth.Readings;

/// <summary>Readings of an output that is no class scores: coordinates, maps, embeddings, sequences.</summary>
/// <param name="name">Of the output.</param>
/// <param name="dims">Shape of one example.</param>
/// <param name="answers">What the original gives for the known examples.</param>
/// <param name="wanted">What it gives for the asked ones.</param>
/// <param name="counts">How many of the known answers readouts get.</param>
/// <param name="embedding">Whether it is known to be an embedding; one of unit length is taken for one anyway.</param>
internal sealed class ValueReadings(
    string name, long[] dims, DenseMatrix answers, DenseMatrix wanted, IReadOnlyList<int> counts, bool embedding)
{
    private readonly bool _embedding = embedding || (dims.Length == 1 && Neighbours.AreUnit(wanted));
    private double[] _controls = [];
    private double _likeInputs;

    /// <summary>Learns what inputs alone give.</summary>
    /// <param name="inputs">The known examples' inputs.</param>
    /// <param name="others">The asked ones'.</param>
    public void Learn(DenseMatrix inputs, DenseMatrix others)
    {
        _controls = [.. counts.Select(count => Readout(inputs, others, count))];
        if (_embedding) _likeInputs = Neighbours.Agreement(others, wanted);
    }

    /// <summary>Reads the output.</summary>
    /// <param name="before">Its values for the known examples.</param>
    /// <param name="values">Those for the asked ones.</param>
    public OutputWorth Output(DenseMatrix before, DenseMatrix values)
    {
        var explained = Explained.ByAffineMap(values, wanted);
        var readings = new List<Reading> { new("each value, best affine map", 0, Explained.Mean(explained), 0, 1) };
        if (_embedding)
            readings.Add(new("nearest neighbours", 0, Neighbours.Agreement(values, wanted), _likeInputs, 1));
        readings.AddRange(counts.Select((count, i) =>
            new Reading("readout of all values", count, Readout(before, values, count), _controls[i], 1)));
        return new OutputWorth(name, readings, WorstComponent: Worst(explained));
    }

    private double Readout(
        DenseMatrix before, DenseMatrix features, int count) => Explained.Mean(Explained.ByPrediction(
        RidgeReadout.Predict((DenseMatrix)before.SubMatrix(0, count, 0, before.ColumnCount),
            (DenseMatrix)answers.SubMatrix(0, count, 0, answers.ColumnCount), features),
        wanted));

    /// <summary>The most of one component: of all its positions together.</summary>
    private double Worst(double[] explained)
    {
        var width = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        var axis = Pooling.ChannelAxis(dims);
        var inner = axis < 0 ? 1 : (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var components = axis < 0 ? 1 : (int)dims[axis];
        return Entries.Of(width).Zip(explained).Where(pair => !double.IsNaN(pair.Second))
            .GroupBy(pair => pair.First / inner % components).Select(group => group.Average(pair => pair.Second))
            .DefaultIfEmpty().Max();
    }
}

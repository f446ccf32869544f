using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Values that are no class scores: what a readout of all of them explains of the original's, and what each explains
/// of itself.
/// </summary>
internal sealed class ExplainedValues(OutputBlock block, Dataset data)
    : ExplainedBlock(block, Answers(block, data), [.. Enumerable.Repeat(1.0 / data.Count, data.Count)])
{
    // A readout explains some of what it is fitted on by chance.
    private const double ShareWeight = 0.5;

    private readonly DenseMatrix _answers = Answers(block, data);

    private protected override Score Score(DenseMatrix features, double share)
    {
        var own = Explained.Mean(Explained.ByAffineMap(features, _answers));
        return new Score(share + own, own, Math.Max(share * ShareWeight, own));
    }

    /// <summary>The derivative of the mean squared correlation.</summary>
    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes) =>
        Explained.AddSlopes(features, _answers, slopes);

    /// <summary>The original's values, each of variance 1: all components count alike.</summary>
    private static DenseMatrix Answers(OutputBlock block, Dataset data)
    {
        var values = Columns(block, data.Reference!.Values, data.Reference.Width, data.Count);
        return Standardization.Of(values).Apply(values);
    }
}

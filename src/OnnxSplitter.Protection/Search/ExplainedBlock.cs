using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>One output, or place inside, as <see cref="ExplainedObjective"/> sees it, over some examples.</summary>
internal abstract class ExplainedBlock
{
    // A model that gives no numbers shows at once that something is wrong with it: worse than any that gives some.
    private static readonly Score Broken = new(4, 1, 1);

    private readonly ExplainedVariance _explained;
    private readonly OutputBlock _block;
    private readonly int _count;

    private protected ExplainedBlock(OutputBlock block, DenseMatrix answers, IReadOnlyList<double> weights)
    {
        (_block, _count) = (block, answers.RowCount);
        _explained = new ExplainedVariance(answers, weights);
    }

    /// <summary>A block with the examples' labels, or with what the original gives.</summary>
    /// <param name="block">The output.</param>
    /// <param name="data">The examples.</param>
    /// <param name="answersAlone">Whether of class scores no constants and scales are read.</param>
    public static ExplainedBlock Of(OutputBlock block, Dataset data, bool answersAlone) =>
        block.Inside is { } scale ? new ExplainedPlace(block, data, scale)
            : block.Classes > 0 ? new ExplainedClasses(block, data, answersAlone) : new ExplainedValues(block, data);

    /// <summary>The output's score.</summary>
    /// <param name="rows">Of all outputs together.</param>
    /// <param name="width">Values in a row.</param>
    public Score Measure(float[] rows, int width)
    {
        var features = Columns(_block, rows, width, _count);
        return IsFinite(features) ? Score(features, _explained.Share(features)) : Broken;
    }

    /// <summary>The objective's derivative by each value of the output.</summary>
    /// <param name="rows">Of all outputs together.</param>
    /// <param name="width">Values in a row.</param>
    public DenseMatrix Slopes(float[] rows, int width)
    {
        var features = Columns(_block, rows, width, _count);
        var slopes = new DenseMatrix(features.RowCount, features.ColumnCount);
        if (!IsFinite(features)) return slopes;
        _explained.Share(features, slopes);
        AddSlopes(features, slopes);
        return slopes;
    }

    /// <summary>Puts the share into a score.</summary>
    private protected abstract Score Score(DenseMatrix features, double share);

    /// <summary>Adds the derivative of what counts beside the share.</summary>
    private protected abstract void AddSlopes(DenseMatrix features, DenseMatrix slopes);

    private static bool IsFinite(DenseMatrix features) => Array.TrueForAll(features.Values, double.IsFinite);

    private protected static DenseMatrix Columns(OutputBlock block, float[] rows, int width, int count)
    {
        var matrix = new DenseMatrix(count, block.Width);
        for (var i = 0; i < count; i++)
            for (var k = 0; k < block.Width; k++) matrix.At(i, k, rows[i * width + block.Start + k]);
        return matrix;
    }
}

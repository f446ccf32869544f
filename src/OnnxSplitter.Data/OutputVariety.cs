using System.Numerics.Tensors;

namespace OnnxSplitter.Data;

/// <summary>How much outputs differ from example to example.</summary>
internal static class OutputVariety
{
    /// <summary>
    /// The number of classes that are predicted, or of directions that outputs lie in, rare ones counted less; 0 if all
    /// are alike, or not all are numbers.
    /// </summary>
    /// <param name="outputs">One row per example.</param>
    /// <param name="signature">The model's.</param>
    public static double Of(float[] outputs, ModelSignature signature)
    {
        var width = signature.Width;
        if (Array.Exists(outputs, float.IsNaN)) return 0;
        return signature.Metric == Metric.Accuracy
            ? Classes(SessionRuns.Classes(outputs, width))
            : Directions(outputs, width);
    }

    /// <summary>The perplexity of the predictions.</summary>
    private static double Classes(int[] predictions)
    {
        var shares = predictions.CountBy(c => c).Select(pair => pair.Value / (double)predictions.Length).ToArray();
        return shares.Length < 2 ? 0 : Math.Exp(-shares.Sum(share => share * Math.Log(share)));
    }

    /// <summary>The effective rank of the rows' differences from their mean: (sum of the variances)^2 / sum of their
    /// squares.</summary>
    private static double Directions(float[] outputs, int width)
    {
        var count = outputs.Length / width;
        var mean = new float[width];
        for (var i = 0; i < count; i++) TensorPrimitives.Add(mean, outputs.AsSpan(i * width, width), mean);
        TensorPrimitives.Divide(mean, count, mean);
        var rows = new float[outputs.Length];
        for (var i = 0; i < count; i++)
            TensorPrimitives.Subtract(
                outputs.AsSpan(i * width, width), mean, rows.AsSpan(i * width, width));
        double trace = 0, squares = 0;
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
            {
                double product = TensorPrimitives.Dot<float>(
                    rows.AsSpan(i * width, width), rows.AsSpan(j * width, width));
                if (i == j) trace += product;
                squares += product * product;
            }

        return ReferenceOutputs.Vary(trace, TensorPrimitives.SumOfSquares<float>(outputs))
            ? trace * trace / squares
            : 0;
    }
}

using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Loss;

/// <summary>A loss that was added to a graph.</summary>
/// <param name="Value">Name of the float scalar; a sum over the batch, not a mean.</param>
/// <param name="Target">Name of the new float32 graph input it is compared with, of the output's shape.</param>
public sealed record LossHead(string Value, string Target)
{
    // Taken off the target's own score, so that a sum of exponentials is over the other classes. Larger would cost
    // digits of the margin; margins beyond it are cut off, which the sigmoid does anyway.
    private const float Excluded = 100;

    // Probabilities below this count as this: the logarithm of 0 has no gradient.
    private const float SmallestProbability = 1e-12f;

    /// <summary>Appends the nodes of a loss.</summary>
    /// <param name="graph">The graph; gets an input more.</param>
    /// <param name="builder">Writes into the same graph.</param>
    /// <param name="kind">Which loss.</param>
    /// <param name="output">The model output it looks at.</param>
    /// <param name="dims">
    /// Its shape; for all but the squared difference and the weighted sum [batch, classes], or [classes] of one
    /// example.
    /// </param>
    /// <param name="temperature">Divides the margin of a smooth accuracy.</param>
    public static LossHead Append(
        GraphProto graph, GraphBuilder builder, LossKind kind, string output, long[] dims, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dims);
        var target = builder.NewName("target");
        graph.Input.Add(FloatValue.Of(target, dims));

        var all = Enumerable.Range(0, dims.Length).Select(axis => (long)axis).ToArray();
        if (kind == LossKind.SquaredDifference)
        {
            var difference = builder.Sub(output, target);
            return new LossHead(builder.ReduceSum(builder.Mul(difference, difference), all, keepDims: false), target);
        }

        if (kind == LossKind.WeightedSum)
            return new LossHead(builder.ReduceSum(builder.Mul(output, target), all, keepDims: false), target);

        // The scores of a model that takes one example may come without a batch axis.
        var wanted = target;
        if (dims is [var classes])
        {
            (output, wanted) = (builder.Reshape(output, 1, classes), builder.Reshape(target, 1, classes));
            all = [0, 1];
        }

        if (kind is LossKind.SmoothAccuracyOfProbabilities or LossKind.CrossEntropyOfProbabilities)
            output = builder.Op("Log", [builder.Op("Clip", [output, builder.Scalar(SmallestProbability)])]);
        if (kind is LossKind.SmoothAccuracy or LossKind.SmoothAccuracyOfProbabilities)
        {
            var own = builder.ReduceSum(builder.Mul(output, wanted), [1], keepDims: true);
            var others = builder.Sub(output, builder.Mul(wanted, builder.Scalar(Excluded)));

            // z - LogSoftmax(z) is the logarithm of the sum of exponentials, the same in every column.
            var sums = builder.Sub(others, builder.Op("LogSoftmax", [others], ("axis", 1L)));
            var margin = builder.Sub(own, builder.Slice(sums, [0], [1], [1], [1]));
            var smooth = builder.Op("Sigmoid", [builder.Mul(margin, builder.Scalar(1 / temperature))]);
            return new LossHead(builder.ReduceSum(smooth, all, keepDims: false), target);
        }

        var logarithms = kind == LossKind.CrossEntropyOfLogits
            ? builder.Op("LogSoftmax", [output], ("axis", 1L))
            : output;
        var sum = builder.ReduceSum(builder.Mul(logarithms, wanted), all, keepDims: false);
        return new LossHead(builder.Op("Neg", [sum]), target);
    }
}

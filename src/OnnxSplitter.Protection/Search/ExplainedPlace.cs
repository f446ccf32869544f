using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>A place inside a network: what a readout of it explains of the labels.</summary>
/// <param name="block">The place.</param>
/// <param name="data">Labelled examples.</param>
/// <param name="scale">What the share counts as on the scale of what is left.</param>
internal sealed class ExplainedPlace(OutputBlock block, Dataset data, double scale)
    : ExplainedBlock(block, ExplainedClasses.OneHot(data.Labels!, block.Classes),
        ExplainedClasses.Weights(data.Labels!, block.Classes))
{
    private const double LeastShare = 1e-6;

    /// <summary>
    /// The place, where what is explained counts as so much that it reaches a target once it has fallen to a share of
    /// what it is now.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="data">Examples.</param>
    /// <param name="rows">What the model gives for them now: all outputs and places.</param>
    /// <param name="fall">The share.</param>
    /// <param name="target">The target.</param>
    public static OutputBlock Asking(OutputBlock place, Dataset data, float[] rows, double fall, double target)
    {
        var now = new ExplainedPlace(place, data, scale: 1).Measure(rows, data.Reference!.Width).Left;
        return place with { Inside = target / fall / Math.Max(LeastShare, now) };
    }

    private protected override Score Score(DenseMatrix features, double share) =>
        new(share, double.NaN, share * scale);

    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes)
    {
        // Nothing counts beside the share.
    }
}

using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// The weights by which a convolution of stride 1 passes gradients on: the window turned round, input and output
/// channels exchanged within each group.
/// </summary>
public static class TurnedWeights
{
    /// <summary>[M, C/group, ...] to [C, M/group, ...]; made once per weights.</summary>
    /// <param name="g">Writes the nodes.</param>
    /// <param name="weights">Name of the weights.</param>
    /// <param name="dims">Their shape.</param>
    /// <param name="group">The convolution's number of groups.</param>
    public static string Of(GraphBuilder g, string weights, long[] dims, long group)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(dims);
        return g.Once(Key(group), weights, () =>
        {
            var turned = dims[2..].All(size => size == 1)
                ? weights
                : g.Reverse(weights, RuleContext.AxisRange(2, dims.Length));
            if (group == 1) return g.Transpose(turned, [1, 0, .. RuleContext.AxisRange(2, dims.Length)]);
            var split = g.Reshape(turned, [group, dims[0] / group, dims[1], .. dims[2..]]);
            var exchanged = g.Transpose(split, [0, 2, 1, .. RuleContext.AxisRange(3, dims.Length + 1)]);
            return g.Reshape(exchanged, [group * dims[1], dims[0] / group, .. dims[2..]]);
        });
    }

    /// <summary>
    /// Says how to make the turned form of weights that are computed, more cheaply than by turning them.
    /// </summary>
    public static void Offer(GraphBuilder g, string weights, long group, Func<string> make)
    {
        ArgumentNullException.ThrowIfNull(g);
        g.Offer(Key(group), weights, make);
    }

    private static string Key(long group) => $"turned in {group} groups";
}

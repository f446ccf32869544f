using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>
/// Holds a gradient J^T u against central differences: &lt;u, J v&gt; = &lt;J^T u, v&gt; for random directions v, one
/// differentiated value at a time, so that none hides behind another (HIPS/autograd, test_util.py).
/// </summary>
internal static class AdjointCheck
{
    private const int Directions = 4;
    private const double Tolerance = 5e-4;

    // Of a graph for one gradient ONNX Runtime may fuse other nodes, and add up in another order.
    private const double Reordering = 1e-6;

    /// <summary>Checks <paramref name="loss"/>, a scalar or weighted tensors, against its gradients.</summary>
    /// <param name="model">A model with float inputs.</param>
    /// <param name="inputs">The value of each input, in the model's order.</param>
    /// <param name="looksAt">Values that make up the loss, each with its weights u.</param>
    /// <param name="loss">Name of the sum of these products in the model.</param>
    /// <param name="targets">Inputs to differentiate with respect to.</param>
    /// <param name="random">Source of directions.</param>
    /// <param name="step">Twice of it is the farthest that any element is moved, and half as far again.</param>
    public static void Holds(
        ModelProto model,
        IReadOnlyDictionary<string, (long[] Dims, float[] Data)> inputs,
        IReadOnlyDictionary<string, float[]> looksAt,
        string loss,
        string[] targets,
        Random random,
        float step = 0.01f)
    {
        var gradients = Gradients(model, inputs, loss, targets);
        using var forward = Values.Open(model, looksAt.Keys);
        foreach (var target in targets)
        {
            var gradient = gradients[target];
            var alone = targets.Length == 1 ? gradient : Gradients(model, inputs, loss, [target])[target];
            var most = Reordering * gradient.Max(Math.Abs);
            Assert.All(gradient.Zip(alone), pair => Assert.Equal(pair.First, pair.Second, most));

            var seen = false;
            for (var i = 0; i < Directions; i++)
            {
                // No entry is small, so that a single wrong entry of the gradient shows.
                var direction = inputs[target].Data
                    .Select(_ => (0.5f + random.NextSingle()) * (random.Next(2) == 0 ? -1 : 1)).ToArray();
                var difference = Along(forward, inputs, target, direction, looksAt, step);
                var product = gradient.Zip(direction, (a, b) => a * b).Sum();
                var scale = Math.Max(Math.Abs(difference), Math.Sqrt(gradient.Sum(g => g * g)));
                Assert.True(Math.Abs(difference - product) <= Tolerance * scale,
                    $"{target}: {product:g6} by the gradient, {difference:g6} by differences");
                seen |= Math.Abs(difference) > 1e-3;
            }

            Assert.True(seen, $"{target} does not influence the loss: nothing was checked");
        }
    }

    /// <summary>The gradients as the gradient graph computes them.</summary>
    public static Dictionary<string, double[]> Gradients(
        ModelProto model,
        IReadOnlyDictionary<string, (long[] Dims, float[] Data)> inputs,
        string loss,
        string[] targets)
    {
        var grown = model.Clone();
        using var feeds = new Feeds(inputs);
        ExecutedBranches.Inline(grown, () =>
        {
            var set = new FeedSet();
            foreach (var (name, (dims, data)) in inputs) set.Values[name] = Values.Tensor(data, dims);
            return set;
        });
        var builder = new GraphBuilder(grown.Graph, model.OpsetImport[0].Version, "gradient::");
        var names = Differentiation.Append(grown, builder, feeds.Tensors, loss, targets, out _).Names;
        using var session = Values.Open(grown, targets.Select(target => names[target]));
        var results = session.Fetch(feeds.Tensors);
        foreach (var (target, result) in targets.Zip(results)) Assert.Equal(inputs[target].Dims, result.Dims);
        return targets.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second.Data, StringComparer.Ordinal);
    }

    private static double Along(
        InferenceSession forward,
        IReadOnlyDictionary<string, (long[] Dims, float[] Data)> inputs,
        string target,
        float[] direction,
        IReadOnlyDictionary<string, float[]> looksAt,
        float step)
    {
        // Of two steps, so that the third derivative cancels.
        return (8 * (At(step) - At(-step)) - (At(2 * step) - At(-2 * step))) / (12 * step);

        // Summed here in double: what is left of the rounding is that of the op alone.
        double At(float distance)
        {
            var moved = inputs.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            var (dims, data) = inputs[target];
            moved[target] = (dims, [.. data.Zip(direction, (x, v) => x + distance * v)]);
            using var feeds = new Feeds(moved);
            return forward.Fetch(feeds.Tensors)
                .Zip(looksAt.Values, (y, u) => y.Data.Zip(u, (a, b) => a * b).Sum()).Sum();
        }
    }

    private sealed class Feeds(IReadOnlyDictionary<string, (long[] Dims, float[] Data)> inputs) : IDisposable
    {
        public Dictionary<string, OrtValue> Tensors { get; } = inputs.ToDictionary(
            pair => pair.Key, pair => Values.Tensor(pair.Value.Data, pair.Value.Dims), StringComparer.Ordinal);

        public void Dispose()
        {
            foreach (var tensor in Tensors.Values) tensor.Dispose();
        }
    }
}

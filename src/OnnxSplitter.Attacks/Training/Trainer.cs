using System.Numerics.Tensors;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Training;

/// <summary>Trains a network on labelled examples, and keeps the epoch that does best on some held out.</summary>
/// <param name="network">The network.</param>
/// <param name="data">Labelled examples.</param>
/// <param name="told">Told the examples of each run.</param>
/// <param name="cancellation">Stops between batches.</param>
internal sealed class Trainer(
    TrainedNetworks network, ThiefData data, Action<long> told, CancellationToken cancellation)
{
    // Weight decay of matrices and kernels (as in He et al., 2015).
    private const float Decay = 5e-4f;

    /// <summary>How many epochs a length is.</summary>
    public int Epochs(Length length)
    {
        var batches = Math.Max(1, data.Fitted.Count / network.Batch(data.Fitted));
        return Math.Max(length.Epochs, (length.Steps + batches - 1) / batches);
    }

    /// <summary>Trains.</summary>
    /// <param name="start">Where from.</param>
    /// <param name="recipe">How.</param>
    /// <param name="epochs">How long.</param>
    /// <param name="seed">Decides the order of examples.</param>
    /// <param name="values">
    /// What the trained numbers stand for; null for the tensors themselves.
    /// </param>
    /// <returns>The best epoch, and its balanced accuracy on what was held out.</returns>
    public Trained Train(Parameters start, Recipe recipe, int epochs, int seed, IReparametrisation? values = null)
    {
        var graph = network.Training(recipe.Mode, data.Fitted);
        var random = new Random(seed);
        var own = network.Complete(start, recipe.Mode).Copy();
        var trained = Trainable(graph, recipe);
        var optimiser = recipe.Adam ? (IOptimiser)new AdamSteps() : new Momentum();
        var statistics = new RunningStatistics();
        var steps = epochs * (data.Fitted.Count / graph.Batch);
        var best = new Trained(new TrainedNetwork(own), double.NegativeInfinity, 0, recipe);
        for (var (epoch, step) = (0, 0); epoch < epochs; epoch++)
        {
            var order = data.Fitted.Pick(Shuffled(data.Fitted.Count, random));
            if (data.AreImages) order = MovedImages.Of(order, random);
            var targets = Targets(order, graph.Batch);
            for (var first = 0; first + graph.Batch <= order.Count; first += graph.Batch, step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var rate = recipe.Rate * (1 + MathF.Cos(MathF.PI * step / steps)) / 2;
                var shown = values?.Shown(own) ?? own;
                graph.Run(shown, order, first, targets, statistics, (path, gradient) =>
                {
                    if (!trained.TryGetValue(path, out var tensor)) return;
                    var slope = values is null ? gradient.ToArray() : values.Slope(path, own[path], gradient);
                    if (values is null && tensor.IsMatrix)
                        TensorPrimitives.MultiplyAdd(own[path], Decay, slope, slope);
                    optimiser.Step(path, own[path], slope, rate);
                });
                told(graph.Batch);
            }

            if (own.Values.Values.Any(one => !float.IsFinite(TensorPrimitives.Sum<float>(one)))) break;
            var now = new TrainedNetwork((values?.Shown(own) ?? own).Copy(),
                recipe.Mode == NormalizationMode.AsExported ? null : statistics.Copy());
            var right = network.Accuracy(now, data.HeldOut);
            told(data.HeldOut.Count);
            if (right >= best.HeldOut) best = new Trained(now, right, epoch + 1, recipe);
        }

        return best;
    }

    private static Dictionary<string, NetworkTensor> Trainable(TrainingGraph graph, Recipe recipe) =>
        (recipe.LastLayers is { } last ? graph.Tensors.Where(tensor => tensor.Weight is not null).TakeLast(last)
            : graph.Tensors).ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);

    private float[] Targets(Dataset examples, int batch)
    {
        var classes = network.Classes;
        var targets = new float[examples.Count * classes];

        // The loss is a sum: so it is the mean of a batch.
        for (var i = 0; i < examples.Count; i++) targets[i * classes + examples.Labels![i]] = 1f / batch;
        return targets;
    }

    private static int[] Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}

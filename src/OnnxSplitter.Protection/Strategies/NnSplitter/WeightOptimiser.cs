using System.Numerics.Tensors;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// The paper's inner optimisation: Adam on the changes of the masked weights, driving down
/// -cross-entropy + lambda * sum of |change|, each weight kept within its range.
/// </summary>
internal sealed class WeightOptimiser
{
    private readonly SearchContext _context;
    private readonly NnSplitterOptions _options;
    private readonly LossKind _loss;
    private readonly int _batch;
    private readonly Dataset _training;
    private readonly Dataset _measured;
    private readonly float[] _trainingTargets;
    private readonly float[] _measuredTargets;
    private readonly double[] _counts;

    /// <summary>Shuffles the calibration data: every rollout sees the same batches, so that they compare.</summary>
    /// <param name="context">The search.</param>
    /// <param name="options">Hyper-parameters.</param>
    /// <param name="probabilities">Whether the model's scores are probabilities.</param>
    public WeightOptimiser(SearchContext context, NnSplitterOptions options, bool probabilities)
    {
        (_context, _options) = (context, options);
        _loss = probabilities ? LossKind.CrossEntropyOfProbabilities : LossKind.CrossEntropyOfLogits;
        var data = context.Calibration;
        _batch = context.Signature.FixedBatch ?? Math.Min(options.Batch, data.Count);
        var rows = Enumerable.Range(0, data.Count).ToArray();
        new Random(context.Seed).Shuffle(rows);
        _training = data.Pick(rows);
        _measured = _training.First(Math.Max(_batch, Math.Min(options.RewardExamples, data.Count) / _batch * _batch));
        var classes = context.Signature.Classes;
        var labels = new Objective(null, 1, probabilities);
        _trainingTargets = labels.Targets(_training, classes);
        _measuredTargets = labels.Targets(_measured, classes);
        _counts = Measure.Weights(_measured, classes);
    }

    /// <summary>Optimises a mask's weights and measures the result.</summary>
    /// <param name="mask">At least one weight.</param>
    /// <param name="start">The changes to begin with.</param>
    public Rollout Run(FilterMask mask, float[] start)
    {
        using var pass = new DeltaPass(
            _context.Model, _context.Signature, _loss, temperature: 1, _batch, mask.Sets, _training);
        float[] changes = [.. start];
        var gradient = new float[changes.Length];
        var adam = new Adam(changes.Length, _options.LearningRate);
        var batches = Math.Max(1, _training.Count / _batch);
        for (var step = 0; step < _options.Steps; step++)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            var found = pass.Run(_training, step % batches * _batch, _trainingTargets, Deltas(pass, mask, changes));
            for (var i = 0; i < gradient.Length; i++)
            {
                var slope = found.Gradients[mask.Weights[i].Set][mask.Weights[i].Position];
                gradient[i] = -slope / _batch + (float)_options.Sparsity * Math.Sign(changes[i]);
            }

            adam.Step(changes, gradient);
            for (var i = 0; i < changes.Length; i++) changes[i] = mask.Value(i, changes[i]) - mask.Weights[i].Original;
        }

        return new Rollout(mask, changes, Evaluate(pass, mask, changes));
    }

    private Measure Evaluate(DeltaPass pass, FilterMask mask, float[] changes)
    {
        var deltas = Deltas(pass, mask, changes);
        double loss = 0, right = 0;
        var classes = _counts.Length;
        for (var start = 0; start < _measured.Count; start += _batch)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            var found = pass.Run(_measured, start, _measuredTargets, deltas);
            loss += found.Loss;
            for (var i = 0; i < _batch; i++)
            {
                var label = _measured.Labels![start + i];
                var row = found.Scores.AsSpan(i * classes, classes);
                if (TensorPrimitives.IndexOfMax<float>(row) == label) right += _counts[label];
            }
        }

        return new Measure(-loss / _measured.Count, right);
    }

    private static float[][] Deltas(DeltaPass pass, FilterMask mask, float[] changes)
    {
        float[][] deltas = [.. pass.Dims.Select(dims => new float[dims.Aggregate(1L, (product, dim) => product * dim)])];
        for (var i = 0; i < changes.Length; i++) deltas[mask.Weights[i].Set][mask.Weights[i].Position] = changes[i];
        return deltas;
    }
}

using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// The paper's inner optimisation: Adam on the changes of the masked weights, driving down
/// -cross-entropy (or minus the squared difference, where outputs are no class scores) + lambda * sum of |change|, each
/// weight kept within its range.
/// </summary>
internal sealed class WeightOptimiser
{
    private readonly SearchContext _context;
    private readonly NnSplitterOptions _options;
    private readonly LossKind _loss;
    private readonly int _batch;
    private readonly Dataset _training;
    private readonly Dataset _measured;
    private readonly float[] _targets;
    private readonly Func<ScoreSum> _begin;
    private readonly float _scale;

    /// <summary>Shuffles the calibration data: every rollout sees the same batches, so that they compare.</summary>
    /// <param name="context">The search.</param>
    /// <param name="options">Hyper-parameters.</param>
    /// <param name="objective">The error objective on this model's scale: how rollouts are measured.</param>
    public WeightOptimiser(SearchContext context, NnSplitterOptions options, ExampleObjective objective)
    {
        (_context, _options) = (context, options);
        _loss = objective.Metric == Metric.NormalizedError ? objective.Loss
            : objective.Probabilities ? LossKind.CrossEntropyOfProbabilities
            : LossKind.CrossEntropyOfLogits;
        var data = context.Calibration;
        _batch = context.Signature.Batch(options.Batch, data.Count);
        var rows = Enumerable.Range(0, data.Count).ToArray();
        new Random(context.Settings.Seed).Shuffle(rows);
        _training = data.Pick(rows);
        _measured = context.Signature.Sample(_training, options.RewardExamples);
        _targets = objective.Targets(_training, context.Signature.Width);
        _begin = objective.Scores(_measured, context.Signature.Width);
        _scale = (float)Math.Abs(objective.LossFactor(_training)) / _batch;
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
            var found = pass.Run(_training, step % batches * _batch, _targets, Deltas(pass, mask, changes));
            for (var i = 0; i < gradient.Length; i++)
            {
                var slope = found.Gradients[mask.Weights[i].Set][mask.Weights[i].Position];
                gradient[i] = -slope * _scale + (float)_options.Sparsity * Math.Sign(changes[i]);
            }

            adam.Step(changes, gradient);
            for (var i = 0; i < changes.Length; i++) changes[i] = mask.Value(i, changes[i]) - mask.Weights[i].Original;
        }

        var rollout = new Rollout(mask, changes, default);
        return rollout with { Score = Evaluate(rollout) };
    }

    /// <summary>
    /// Measures the model with a mask's changes made, in a session of its own: what only looks forward is several times
    /// faster than the pass that also gives gradients.
    /// </summary>
    private Score Evaluate(Rollout rollout)
    {
        var moves = rollout.Candidates().ToArray();
        foreach (var move in moves) _context.Accept(move);
        try
        {
            using var present = _context.Model.Sessions.Load(_context.Model.Proto, _context.Signature);
            var sum = _begin();
            sum.Add(present.Outputs(_measured), 0);
            return sum.Result;
        }
        finally
        {
            _context.Load([], _context.NoneExcluded());
        }
    }

    private static float[][] Deltas(DeltaPass pass, FilterMask mask, float[] changes)
    {
        float[][] deltas =
            [.. pass.Dims.Select(dims => new float[dims.Aggregate(1L, (product, dim) => product * dim)])];
        for (var i = 0; i < changes.Length; i++) deltas[mask.Weights[i].Set][mask.Weights[i].Position] = changes[i];
        return deltas;
    }
}

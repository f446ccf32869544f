using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// The paper's controller: picks filters layer by layer and learns by REINFORCE (Williams, 1992) from what the picks
/// were worth, with the mean reward of the update's rollouts as the baseline.
/// </summary>
internal sealed class Controller : IFilterPicker
{
    private readonly ControllerShape _shape;
    private readonly InferenceSession _sampling;
    private readonly InferenceSession _learning;
    private readonly string _loss;
    private readonly IReadOnlyDictionary<string, string> _gradients;
    private readonly Dictionary<string, float[]> _values;
    private readonly Adam[] _optimisers;

    /// <summary>Draws the parameters and opens the sessions.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="learningRate">Of Adam.</param>
    /// <param name="seed">Of the parameters.</param>
    public Controller(ControllerShape shape, double learningRate, int seed)
    {
        _shape = shape;
        var random = new Random(seed);
        var bound = 1 / MathF.Sqrt(shape.Hidden);
        _values = shape.Parameters.ToDictionary(parameter => parameter.Name,
            parameter =>
            Enumerable.Range(0, parameter.Count).Select(_ => bound * (2 * random.NextSingle() - 1)).ToArray(),
            StringComparer.Ordinal);
        _optimisers = [.. shape.Parameters.Select(parameter => new Adam(parameter.Count, learningRate))];
        _sampling = GraphSessions.Plain.Open(ControllerGraph.Sampling(shape));
        var model = ControllerGraph.Learning(shape, out var builder, out _loss);
        using var feeds = LearningFeeds(
            [.. Enumerable.Repeat(Enumerable.Range(0, shape.Filters.Count)
                .Select(layer => Enumerable.Range(0, shape.PicksOf(layer)).ToArray()).ToArray(), shape.Rollouts)],
            new float[shape.Rollouts]);
        _gradients = GradientGraph.Append(model.Graph, builder, ValueProbe.Run(model, feeds.Values), _loss,
            [.. shape.Parameters.Select(parameter => parameter.Name)]).Names;
        foreach (var output in _gradients.Values.Append(_loss))
            model.Graph.Output.Add(new ValueInfoProto { Name = output });
        _learning = GraphSessions.Plain.Open(model);
    }

    /// <summary>Values of a parameter, row by row.</summary>
    public float[] Values(string parameter) => _values[parameter];

    /// <inheritdoc/>
    public IReadOnlyList<float[]> State =>
    [
        .. _shape.Parameters.Zip(_optimisers).SelectMany(pair =>
            new[] { _values[pair.First.Name], pair.Second.First, pair.Second.Second }),
    ];

    /// <inheritdoc/>
    public int Updates
    {
        get => _optimisers[0].Steps;
        set => Array.ForEach(_optimisers, optimiser => optimiser.Steps = value);
    }

    /// <inheritdoc/>
    public int[][][] Sample(Random random)
    {
        using var feeds = Parameters();
        for (var layer = 0; layer < _shape.Filters.Count; layer++)
        {
            var noise = new float[_shape.Rollouts * _shape.Filters[layer]];

            // NextDouble is below 1, so that no noise is infinite upwards; a 0 gives -infinity, which is never drawn.
            for (var i = 0; i < noise.Length; i++) noise[i] = (float)-Math.Log(-Math.Log(random.NextDouble()));
            feeds.Values[ControllerGraph.Noise(layer)] =
                AlignedTensor.Of(noise, [_shape.Rollouts, _shape.Filters[layer]]);
        }

        using var run = new RunOptions();
        using var results = _sampling.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
            [.. Enumerable.Range(0, _shape.Filters.Count).Select(ControllerGraph.Picks)]);
        var picks = results.Select(result => result.GetTensorDataAsSpan<long>().ToArray()).ToArray();
        return
        [
            .. Enumerable.Range(0, _shape.Rollouts).Select(rollout => picks.Select((all, layer) =>
                all.Skip(rollout * _shape.PicksOf(layer)).Take(_shape.PicksOf(layer)).Select(pick => (int)pick)
                    .ToArray())
                .ToArray()),
        ];
    }

    /// <inheritdoc/>
    public void Learn(int[][][] picks, double[] rewards)
    {
        var baseline = rewards.Average();
        var (_, gradients) = Loss(picks, [.. rewards.Select(reward => (float)(reward - baseline))]);
        foreach (var (parameter, optimiser) in _shape.Parameters.Zip(_optimisers))
            optimiser.Step(_values[parameter.Name], gradients[parameter.Name]);
    }

    /// <summary>-mean(advantage * log-probability of the picks), and its gradient.</summary>
    /// <returns>The gradient of each parameter; zeros where it does not influence the loss.</returns>
    public (float Loss, IReadOnlyDictionary<string, float[]> Gradients) Loss(int[][][] picks, float[] advantages)
    {
        using var feeds = LearningFeeds(picks, advantages);
        using var run = new RunOptions();
        var names = _gradients.Keys.ToArray();
        using var results = _learning.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
            [.. names.Select(name => _gradients[name]), _loss]);
        var gradients = _shape.Parameters.ToDictionary(parameter => parameter.Name, parameter =>
            Array.IndexOf(names, parameter.Name) is var i and >= 0
                ? results[i].GetTensorDataAsSpan<float>().ToArray()
                : new float[parameter.Count], StringComparer.Ordinal);
        return (results[^1].GetTensorDataAsSpan<float>()[0], gradients);
    }

    /// <summary>Releases the sessions.</summary>
    public void Dispose()
    {
        _sampling.Dispose();
        _learning.Dispose();
    }

    private FeedSet LearningFeeds(int[][][] picks, float[] advantages)
    {
        var feeds = Parameters();
        for (var layer = 0; layer < _shape.Filters.Count; layer++)
        {
            var all = picks.SelectMany(rollout => rollout[layer]).Select(pick => (long)pick).ToArray();
            feeds.Values[ControllerGraph.Picks(layer)] =
                AlignedTensor.Of(all, [_shape.Rollouts, _shape.PicksOf(layer)]);
        }

        feeds.Values[ControllerGraph.Advantage] = AlignedTensor.Of(advantages, [_shape.Rollouts]);
        return feeds;
    }

    private FeedSet Parameters()
    {
        var feeds = new FeedSet();
        foreach (var parameter in _shape.Parameters)
            feeds.Values[parameter.Name] = AlignedTensor.Of(_values[parameter.Name], parameter.Dims);
        return feeds;
    }
}

using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>
/// The search itself, turned round: moves that lower the loss on the thief's labels, by first-order gain, each measured
/// exactly, the best ones made, until none helps.
/// </summary>
internal sealed class MirrorSearch : IDisposable
{
    private const int EachTensor = 3;
    private const int Measured = 24;
    private const int MadeEachRound = 3;
    private const int MostRounds = 60;

    // By more examples a round takes longer than it gets better.
    private const int MostExamples = 256;

    private readonly AttackSetting _setting;
    private readonly Dataset _data;
    private readonly Dataset _heldOut;
    private readonly SearchModel _model;
    private readonly RecoveryObjective _objective;
    private readonly GradientPass _gradient;
    private readonly CandidateEvaluator _evaluator;

    private MirrorSearch(AttackSetting setting, ThiefData data)
    {
        var signature = setting.Network.Signature;
        (_setting, _data, _heldOut) = (setting, signature.Sample(data.Fitted, MostExamples), data.HeldOut);
        _model = new SearchModel(setting.Network.File, TensorFilter.None, signature, _data, setting.Sessions);
        _objective = new RecoveryObjective(
            ExampleObjective.For(signature, setting.Networks.Scores(new(setting.Obfuscated), _data)));
        _gradient = new GradientPass(_model, signature, _data, _objective);
        _evaluator = new CandidateEvaluator(_model, signature, _gradient.Values);
    }

    /// <summary>Tries each kind of move.</summary>
    public static Attempt? Run(AttackSetting setting, ThiefData data) => Kinds(setting).Select(kind =>
    {
        if (setting.Deadline.IsOver) return null;
        using var search = new MirrorSearch(setting, data);
        return search.Run(kind);
    }).OfType<Attempt>().MaxBy(attempt => attempt.Accuracy.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradient.Dispose();
        _evaluator.Dispose();
    }

    private static MoveKind[] Kinds(AttackSetting setting) => setting.Quick
        ? [MoveKind.Best]
        : [MoveKind.Sign, MoveKind.Swap, MoveKind.Extreme, MoveKind.Best];

    private Attempt? Run(MoveKind kind)
    {
        var made = 0;
        var best = (Accuracy: HeldOut(), Values: Values(), Made: 0);
        var none = new HashSet<long>();
        for (var round = 0; round < (_setting.Quick ? 12 : MostRounds) && !_setting.Deadline.IsOver; round++)
        {
            _setting.Cancellation.ThrowIfCancellationRequested();
            _setting.Tell($"{kind} moves that lower the loss, round {round + 1}, {made} made");
            var candidates = Propose(kind, none);
            if (candidates.Count == 0) break;
            var scores = _evaluator.Evaluate(candidates, _data, _objective, out var present);
            _setting.Count(_data.Count * (3L + candidates.Count));
            Candidate[] good =
            [
                .. candidates.Zip(scores).Where(pair => pair.Second.Objective < present.Objective)
                    .OrderBy(pair => pair.Second.Objective).Select(pair => pair.First).Take(MadeEachRound),
            ];
            if (good.Length == 0) break;
            var reached = present.Objective;
            foreach (var candidate in good)
            {
                var before = Present(candidate);
                Write(candidate.Tensor, candidate.NewValues);
                var now = _evaluator.Evaluate(_data, _objective).Objective;
                if (now < reached) (reached, made) = (now, made + 1);
                else Write(candidate.Tensor, before);
            }

            var right = HeldOut();
            if (right >= best.Accuracy) best = (right, Values(), made);
        }

        return best.Made == 0 ? null : _setting.Judge($"{best.Made} {kind} moves", best.Values);
    }

    private List<Candidate> Propose(MoveKind kind, HashSet<long> none)
    {
        var tensors = _model.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        var moves = Move.For(kind);
        var found = new List<Candidate>();
        foreach (var (path, gradient) in _gradient.Run(_data, _objective, () => _evaluator.Outputs(_data)))
        {
            var (tensor, source) = (tensors[path], _model.Source(path));
            var rule = new AnyValue(source);
            foreach (var move in moves)
                found.AddRange(move.Propose(tensor, _model.Values(path), gradient, rule, none, EachTensor));
            if (kind == MoveKind.Best) found.AddRange(Resets(tensor, _model.Values(path), gradient));
        }

        return [.. found.Select(_model.Representable).OfType<Candidate>()
            .OrderByDescending(candidate => candidate.GainPerWeight).Take(Measured)];
    }

    /// <summary>To 0: what an extreme value was is not among its tensor's extremes.</summary>
    private static IEnumerable<Candidate> Resets(
        WeightTensor tensor, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient)
    {
        var best = new PriorityQueue<int, float>();
        for (var i = 0; i < values.Length; i++)
        {
            best.Enqueue(i, values[i] * gradient[i]);
            if (best.Count > EachTensor) best.Dequeue();
        }

        var found = new List<Candidate>();
        while (best.TryDequeue(out var index, out var gain))
            if (gain > 0) found.Add(new Candidate(tensor, MoveKind.Extreme, [new NewValue(index, 0)], gain));
        return found;
    }

    private double HeldOut()
    {
        var width = _setting.Network.Signature.Width;
        return BalancedAccuracy.Of(
            SessionRuns.Classes(_evaluator.Outputs(_heldOut), width), _heldOut.Labels!).Value;
    }

    private Parameters Values() =>
        _setting.Obfuscated.With((path, _) => _model.Values(path).ToArray());

    private NewValue[] Present(Candidate candidate) =>
        [.. candidate.NewValues.Select(one =>
            new NewValue(one.Index, _model.Source(candidate.Tensor.Path)[one.Index]))];

    private void Write(WeightTensor tensor, IEnumerable<NewValue> values) =>
        _model.Write(values.Select(one => (tensor, one.Index, one.Value)));
}

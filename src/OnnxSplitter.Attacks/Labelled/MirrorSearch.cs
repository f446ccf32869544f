using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
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

    // Where none of these helps, more are measured, so many times.
    private const int Wider = 4;
    private const int MostWidenings = 2;

    private const int MadeEachRound = 3;
    private const int MostRounds = 60;

    // Weight of the margins beside answers that are wrong.
    private const double Soft = 0.25;

    // By more examples a round takes longer than it gets better.
    private const int MostExamples = 256;

    private readonly AttackSetting _setting;
    private readonly Dataset _data;
    private readonly Dataset _heldOut;
    private readonly SearchModel _model;
    private RecoveryObjective _objective;
    private readonly CandidateEvaluator _evaluator;

    private MirrorSearch(AttackSetting setting, ThiefData data)
    {
        var signature = setting.Network.Signature;
        (_setting, _data, _heldOut) = (setting, signature.Sample(data.Fitted, MostExamples), data.HeldOut);
        _model = new SearchModel(setting.Network.File, TensorFilter.None, signature, _data, setting.Sessions);
        _objective = Scaled(setting.Networks.Scores(new(setting.Obfuscated), _data));
        _evaluator = new CandidateEvaluator(_model, signature, Values(signature));
    }

    /// <summary>Tries each kind of move.</summary>
    public static Attempt? Run(AttackSetting setting, ThiefData data) => Kinds(setting).Select(kind =>
    {
        if (setting.Deadline.IsOver) return null;
        using var search = new MirrorSearch(setting, data);
        return search.Run(kind);
    }).OfType<Attempt>().MaxBy(attempt => attempt.Accuracy.Value);

    /// <inheritdoc/>
    public void Dispose() => _evaluator.Dispose();

    /// <summary>Kinds of moves; null for what sets weights to 0 alone.</summary>
    private static MoveKind?[] Kinds(AttackSetting setting) => setting.Quick
        ? [MoveKind.Best]
        : [MoveKind.Sign, MoveKind.Swap, MoveKind.Extreme, null, MoveKind.Best];

    /// <summary>
    /// What is wrong, and by how little: margins alone fall too where all outputs merely grow, as extreme values make
    /// them.
    /// </summary>
    private static double Wrong(Score score) => 1 - score.Accuracy + Soft * score.Objective;

    private static string Name(MoveKind? kind) => kind switch
    {
        null => "moves to 0",
        MoveKind.Best => "moves of any kind",
        { } one => $"{one.ToString().ToLowerInvariant()} moves",
    };

    private Attempt? Run(MoveKind? kind)
    {
        var made = 0;
        var best = (Accuracy: HeldOut(), Values: Values(), Made: 0);
        var (none, widenings) = (new HashSet<long>(), 0);
        for (var round = 0; round < (_setting.Quick ? 12 : MostRounds) && !_setting.Deadline.IsOver; round++)
        {
            _setting.Cancellation.ThrowIfCancellationRequested();
            _setting.Tell($"{Name(kind)} that lower the loss, round {round + 1}, {made} made");
            _objective = Scaled(_evaluator.Outputs(_data));
            var candidates = Propose(kind, none, widenings);
            if (candidates.Count == 0) break;
            var scores = _evaluator.Evaluate(candidates, _data, _objective, out var present);
            _setting.Count(_data.Count * (3L + candidates.Count));
            Candidate[] good =
            [
                .. candidates.Zip(scores).Where(pair => Wrong(pair.Second) < Wrong(present))
                    .OrderBy(pair => Wrong(pair.Second)).Select(pair => pair.First).Take(MadeEachRound),
            ];
            if (good.Length == 0)
            {
                if (++widenings > MostWidenings) break;
                continue;
            }

            var reached = Wrong(present);
            foreach (var candidate in good)
            {
                var before = Present(candidate);
                Write(candidate.Tensor, candidate.NewValues);
                var now = Wrong(_evaluator.Evaluate(_data, _objective));
                if (now < reached) (reached, made) = (now, made + 1);
                else Write(candidate.Tensor, before);
            }

            var right = HeldOut();
            if (right >= best.Accuracy) best = (right, Values(), made);
        }

        return best.Made == 0 ? null : _setting.Judge($"{best.Made} {Name(kind)}", best.Values);
    }

    /// <summary>Margins count by what they are now: those of a broken model are of another size.</summary>
    private RecoveryObjective Scaled(float[] outputs) =>
        new(ExampleObjective.For(_setting.Network.Signature, outputs));

    private Dictionary<string, ValueInfo> Values(ModelSignature signature)
    {
        using var feeds = new FeedSet();
        foreach (var input in signature.Inputs)
            feeds.Values[input.Name] = _data.Batch(input.Name, 0, signature.FixedBatch ?? 1);
        return ValueProbe.Run(_model.Proto, feeds.Values, _model.Sessions);
    }

    private List<Candidate> Propose(MoveKind? kind, HashSet<long> none, int widenings)
    {
        var factor = (int)Math.Pow(Wider, widenings);
        var tensors = _model.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        var moves = kind is { } some ? Move.For(some) : [];
        var found = new List<Candidate>();
        var gradients = LossSlopes.Of(_setting, Values(), _data);
        foreach (var path in gradients.Keys.Order(StringComparer.Ordinal))
        {
            var gradient = gradients[path];
            var (tensor, source) = (tensors[path], _model.Source(path));
            var rule = new AnyValue(source);
            foreach (var move in moves)
                found.AddRange(move.Propose(tensor, _model.Values(path), gradient, rule, none, EachTensor * factor));
            if (kind is null or MoveKind.Best)
                found.AddRange(MirrorProposals.Resets(tensor, _model.Values(path), gradient, EachTensor * factor));
        }

        return
        [
            .. found.Select(_model.Representable).OfType<Candidate>()
                .OrderByDescending(candidate => candidate.GainPerWeight).Take(Measured * factor),
            .. widenings == 0 ? [] : MirrorProposals.Unseen(_model).Take(Measured * factor),
            .. kind is null or MoveKind.Best ? MirrorProposals.Largest(_model).Take(Measured / 2) : [],
        ];
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

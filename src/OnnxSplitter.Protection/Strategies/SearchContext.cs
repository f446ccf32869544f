using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Stealth;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>What a strategy works with.</summary>
internal sealed class SearchContext
{
    // What is brought back by luck, no search prevents for ever.
    private const int MostSuppositions = 5;

    public required SearchModel Model { get; init; }

    public required ModelSignature Signature { get; init; }

    /// <summary>Examples that choosing may look at, with labels or the original's outputs.</summary>
    public required Dataset Calibration { get; init; }

    /// <summary>How weights are to be chosen.</summary>
    public required SearchSettings Settings { get; init; }

    /// <summary>The moves that may be made.</summary>
    public IReadOnlyList<Move> Moves => field ??= Move.For(Settings.Move);

    /// <summary>Which values a tensor's weights may get; from several threads.</summary>
    public IValueRule Rule(WeightTensor tensor) =>
        LazyInitializer.EnsureInitialized(ref _rules, () => new ValueRules(Model.File, Settings.Stealth))
            .Of(tensor, Model.Source(tensor.Path));

    /// <summary>
    /// What may be left of the model, on the objective's scale (<see cref="Score.Left"/>): as much as was asked for, or
    /// less, where other readings did not bear that out.
    /// </summary>
    public required double Target
    {
        get => Readings.Lowered(field, _moves);
        init;
    }

    /// <summary>Whether so many weights are changed that other readings are not asked any more.</summary>
    public bool HasEnough => Readings.HasEnough(_moves);

    /// <summary>
    /// What is left on the calibration data at which the evaluation data is asked: a point above the target, since
    /// the two differ by chance.
    /// </summary>
    public double CalibrationTarget => Math.Max(Target, CalibrationChance) + 0.01;

    /// <summary>
    /// What guessing has on the calibration data, where that is what the search aims at: it may hold fewer classes than
    /// the evaluation data, and then collapse to one of them has more there.
    /// </summary>
    public double CalibrationChance { get; init; }

    /// <summary>
    /// What is destroyed, where the search is after what the model is worth; null where it is after accuracy or error.
    /// </summary>
    public JointOutput? Joint { get; init; }

    /// <summary>
    /// Whether the model, as it would be shipped after these moves, meets the target on the evaluation data. Only ever
    /// asked whether the search may stop: no weight is chosen by it.
    /// </summary>
    public required Func<IReadOnlyList<AcceptedMove>, bool> Meets { get; init; }

    /// <summary>
    /// The same by a fraction of that data: false only where what it says is surely missed.
    /// </summary>
    public Func<IReadOnlyList<AcceptedMove>, bool> MayMeet { get; init; } = _ => true;

    /// <summary>What other readings say, asked like <see cref="Meets"/>, and after it.</summary>
    public OtherReadings Readings { get; init; } = OtherReadings.None;

    /// <summary>
    /// What a look at the weights of the model as it would be shipped undoes, where that brings some of it back; empty
    /// where it does not.
    /// </summary>
    public Func<IReadOnlyList<AcceptedMove>, IReadOnlyList<WeightBits>> Shown { get; init; } = _ => [];

    /// <summary>What may be right after that (<see cref="Score.Accuracy"/>).</summary>
    public double UndoneTarget { get; init; }

    /// <summary>Told about each round: what is done, round, measure on calibration data, weights changed.</summary>
    public required Action<string, int, Score, int> Report { get; init; }

    /// <summary>Keeps what the search would need to go on after a break.</summary>
    public ISearchJournal Journal { get; init; } = new NoJournal();

    public CancellationToken Cancellation { get; init; }

    private readonly ExcludedWeights _excluded = new();
    private ValueRules? _rules;
    private readonly List<AcceptedMove> _moves = [];
    private int _suppositions;

    /// <summary>Weights that may not be changed whatever the search comes to, by tensor path and flat index.</summary>
    public IReadOnlyCollection<(string Path, long Index)> Avoided
    {
        get;
        init
        {
            field = value;
            _excluded.Become(NoneExcluded());
        }
    } = [];

    /// <summary>What is excluded before any move is made: the avoided weights.</summary>
    public ExcludedWeights NoneExcluded() => ExcludedWeights.Of(Avoided);

    /// <summary>Moves made so far.</summary>
    public IReadOnlyList<AcceptedMove> Accepted => _moves;

    /// <summary>What is supposed of other weights while moves are chosen.</summary>
    public Supposition Supposition => field ??= new Supposition(Model);

    /// <summary>
    /// Whether a score is low enough to ask the evaluation data, or, while undoing is supposed, to suppose it no more.
    /// </summary>
    public bool IsLow(Score score) => Supposition.Guesses.Count > 0
        ? score.Accuracy <= UndoneTarget
        : score.Left <= CalibrationTarget;

    /// <summary>Whether the moves made so far meet the target on the evaluation data.</summary>
    public bool MeetsTarget() => Meets(_moves) && Readings.AreMet(_moves);

    /// <summary>The same, and what other readings want is noted (<see cref="OtherReadings"/>).</summary>
    /// <param name="left">What is left on the calibration data.</param>
    public bool MeetsTarget(double left)
    {
        var (lowest, places) = (Math.Min(Target, left), Joint?.Places ?? []);
        return MayMeet(_moves) && Readings.MayBeMet(_moves, lowest, places)
            && Meets(_moves) && Readings.AreMet(_moves, lowest, places);
    }

    /// <summary>Whether a look at the weights brings something back after the moves made so far.</summary>
    public bool ShowsChanges() => Shown(_moves).Count > 0;

    /// <summary>
    /// The same, and if so, supposes that it is undone, but for weights that are not searched or changed already.
    /// </summary>
    public bool SupposesUndoing()
    {
        if (_suppositions == MostSuppositions) return false;
        var guesses = Shown(_moves);
        if (guesses.Count > 0) _suppositions++;
        var tensors = Model.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        var changed = ExcludedWeights.Of(_moves.SelectMany(move =>
            move.Candidate.NewValues.Select(weight => (move.Candidate.Tensor.Path, weight.Index))));
        Supposition.Become(
        [
            .. guesses.Where(guess => !changed.Of(guess.Tensor.Path).Contains(guess.Index))
                .Select(guess => (Tensor: tensors.GetValueOrDefault(guess.Tensor.Path), guess.Index, guess.Bits))
                .Where(guess => guess.Tensor is not null)
                .Select(guess => (guess.Tensor!, guess.Index, Model.Value(guess.Tensor!, guess.Index, guess.Bits))),
        ]);
        return guesses.Count > 0;
    }

    public int WeightsChanged => _moves.Sum(move => move.Candidate.NewValues.Count);

    /// <summary>Weights that were changed or ruled out.</summary>
    public ExcludedWeights Excluded => _excluded;

    /// <summary>Whether a move's weights are all untouched, fit the budget, and can be written in place.</summary>
    public bool Allows(Candidate candidate) =>
        WeightsChanged + candidate.NewValues.Count <= Settings.MaxWeights && !_excluded.Holds(candidate)
            && !Supposition.Holds(candidate) && Model.Fits(candidate);

    public AcceptedMove Accept(Candidate candidate)
    {
        var present = Model.Source(candidate.Tensor.Path);
        var replaced = new List<NewValue>();
        foreach (var weight in candidate.NewValues) replaced.Add(new NewValue(weight.Index, present[weight.Index]));
        _excluded.Add(candidate);
        var move = new AcceptedMove(candidate, replaced);
        Renew(move);
        return move;
    }

    /// <summary>Takes a move back. Its weights stay ruled out.</summary>
    public void Withdraw(AcceptedMove move)
    {
        Model.Write(move.Undo);
        _moves.Remove(move);
    }

    /// <summary>Makes a withdrawn move again.</summary>
    public void Renew(AcceptedMove move)
    {
        Model.Write(move.Redo);
        _moves.Add(move);
    }

    /// <summary>Takes back what was done and does something else instead.</summary>
    /// <param name="moves">Moves to make.</param>
    /// <param name="excluded">Weights that they change, and weights that are ruled out.</param>
    public void Load(IReadOnlyList<AcceptedMove> moves, ExcludedWeights excluded)
    {
        // What both have in common, from the first move on, stays: sessions on it stay valid if nothing else changes.
        var common = _moves.Zip(moves).TakeWhile(pair => ReferenceEquals(pair.First, pair.Second)).Count();
        foreach (var move in _moves.Skip(common).Reverse().ToArray()) Withdraw(move);
        foreach (var move in moves.Skip(common)) Renew(move);
        _excluded.Become(excluded);
    }
}

using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Gradients;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// The search of a job: by what the model is worth where that can be destroyed, and again, by accuracy alone, where
/// that does not bring it to chance.
/// </summary>
internal sealed class JobSearch : IDisposable
{
    // On the scale of the objective: where a search is first judged by what the model is worth. Before, a classifier is
    // seldom at chance; of values nothing else is asked.
    private const double FirstLeft = 0.12;
    private const double FirstLeftOfValues = 0.25;

    // Of class scores, readings of drawn inputs ask for more changes than those of real ones bear out: docs/choosing.md
    // has figures.
    private const int EnoughDrawn = 28;

    private readonly JobPlan _plan;
    private readonly JobOriginal _original;
    private readonly JobLog _log;
    private readonly CancellationToken _cancellation;

    /// <summary>Makes what the search changes, and what it is judged by.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="original">Its original.</param>
    /// <param name="log">Told about every round.</param>
    /// <param name="cancellation">Stops between rounds.</param>
    public JobSearch(JobPlan plan, JobOriginal original, JobLog log, CancellationToken cancellation)
    {
        (_plan, _original, _log, _cancellation) = (plan, original, log, cancellation);
        var options = plan.Options;
        var data = original.Data;
        var signature = original.Model.Signature;
        Model = new SearchModel(
            plan.Model, options.Search.Tensors, signature, data.Calibration, options.Sessions)
        {
            Gradients = new GradientOptions
            {
                Dialect = TrainingKernels.Dialect(options.Search.Gradient),
                EstimateGradient = options.Search.EstimateGradient,
                Seed = options.Search.Seed,
            },
        };
        Gate = OpenGate(plan.Targets[0], original.Meter);
        Goals = WorthGoals.Of(options.Search.TargetWorth);
        Counted =
        [
            signature.Output,
            .. options.Data.ModelOutput is null
                ? Model.Proto.Graph.Output.Select(output => output.Name).Where(Model.Reaches)
                : [],
        ];
    }

    /// <summary>The model with the weights that were chosen.</summary>
    public SearchModel Model { get; }

    /// <summary>Writes and measures what the search came to.</summary>
    public OutputGate Gate { get; }

    /// <summary>What the model may be worth.</summary>
    public WorthGoals Goals { get; }

    /// <summary>
    /// The outputs that have to lose their worth: others are left out on purpose, and those that no weight reaches have
    /// nothing to protect.
    /// </summary>
    public HashSet<string> Counted { get; }

    private JobTarget Target => _original.Target;

    /// <summary>Searches.</summary>
    /// <param name="journal">Keeps what it would need to go on after a break.</param>
    /// <returns>What it came to.</returns>
    public SearchContext Run(ISearchJournal journal)
    {
        var joint = _original.Meter is { } meter && _plan.Options.Search.Strategy == StrategyKind.Gradient
            && meter.Outputs.Where(output => Counted.Contains(output.Name)).ToArray() is { Length: > 0 } searched
            ? JointOutput.Append(
                Model, _original.Model.Signature, searched, meter.Places, _original.Data.Calibration)
            : null;
        var context = Context(joint, journal);
        _log.Tell("preparing the search");
        StrategyRunner.Run(context, _original.Model);
        return joint is not null && Target.Metric == Metric.Accuracy && !IsAtChance(context)
            ? ByAccuracy(context)
            : context;
    }

    /// <summary>A gate for a target of its own.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="meter">Measures what is left of its worth; null if that is not asked.</param>
    public OutputGate OpenGate(OutputTarget target, WorthMeter? meter) => new(_plan.Options, target, Model.File, Model,
        _original.Data.Evaluation, _original.Model.Signature, meter);

    /// <inheritdoc/>
    public void Dispose() => Gate.Dispose();

    /// <summary>
    /// At chance is the least that is asked for: where destroying what outputs carry does not get there, errors and
    /// collapse to one class may: after it, so that what is destroyed stays so, or else instead. What is left then is
    /// told all the same.
    /// </summary>
    private SearchContext ByAccuracy(SearchContext first)
    {
        var moves = first.Accepted.ToArray();
        if (first.WeightsChanged < _plan.Options.Search.MaxWeights)
        {
            _log.Tell("going on by accuracy alone");
            first.Load([], first.NoneExcluded());
            first = Context(null, new NoJournal());
            first.Load(moves, first.NoneExcluded());
            StrategyRunner.Run(first, _original.Model);
            if (IsAtChance(first)) return first;
        }

        _log.Tell("searching again, by accuracy alone");
        first.Load([], first.NoneExcluded());
        var context = Context(null, new NoJournal());
        StrategyRunner.Run(context, _original.Model);
        if (!IsAtChance(context)) context.Load(moves, context.NoneExcluded());
        return context;
    }

    private bool IsAtChance(SearchContext context) => Target.IsReachedBy(Gate.Evaluate(context.Accepted));

    private SearchContext Context(JointOutput? aim, ISearchJournal journal) => new()
    {
        Model = Model,
        Signature = _original.Model.Signature,
        Calibration = aim?.Calibration ?? _original.Data.Calibration,
        Settings = _plan.Options.Search,
        Avoided = _plan.Options.Avoided,
        Target = aim is null ? Target.Metric.Utility(Target.Value)
            : Target.Metric == Metric.Accuracy ? FirstLeft : FirstLeftOfValues,
        CalibrationChance =
            aim is null && Target.Metric == Metric.Accuracy && _plan.Options.Search.TargetAccuracy is null
                ? BalancedAccuracy.Chance(_original.Data.Calibration.Labels!).Value
                : 0,
        Joint = aim,
        Meets = moves => Target.IsReachedBy(Gate.Evaluate(moves)),
        MayMeet = moves => Glimpse(moves) is not { } seen
            || Target.IsReachedBy(new(seen.Answers.Value - seen.Answers.StandardError, 0)),
        Readings = aim is null ? OtherReadings.None : new OtherReadings(ExcessAfter, SureExcess, Enough),
        Shown = moves => aim is null ? [] : Shown(moves),
        UndoneTarget = Target.Metric.Utility(Target.Chance.Value) + UndoneGuesses.MostBack,
        Report = (phase, round, found, changed) => _log.Add(phase, round, found, Target.Metric, changed),
        Journal = journal,
        Cancellation = _cancellation,
    };

    private int Enough =>
        _original.Data.Source == DataSource.RandomInputs && Target.Metric == Metric.Accuracy && !Goals.Required
            ? EnoughDrawn
            : int.MaxValue;

    /// <summary>Where the outputs alone keep too much, nobody need look inside.</summary>
    private Excess ExcessAfter(IReadOnlyList<AcceptedMove> moves) =>
        Gate.Worth(moves, LooksInside) is { } left
            ? Excess.Of(left.Of(Counted), Goals)
            : Excess.None;

    private bool LooksInside(WorthLeft outputs) => Goals.AreMet(outputs.Of(Counted));

    private (Measured Answers, WorthLeft Left)? Glimpse(IReadOnlyList<AcceptedMove> moves) =>
        Gate.Glimpse(moves, LooksInside);

    private Excess? SureExcess(IReadOnlyList<AcceptedMove> moves) =>
        Glimpse(moves)?.Left.Of(Counted) is { } left && Goals.AreMissed(left) ? Excess.Of(left, Goals) : null;

    private IReadOnlyList<WeightBits> Shown(IReadOnlyList<AcceptedMove> moves)
    {
        if (Gate.Undone(moves, _cancellation) is not { } best) return [];
        var least = Math.Max(
            Target.Metric.Utility(Gate.Evaluate(moves).Value), Target.Metric.Utility(Target.Chance.Value));
        return best.Undone.Worth - least <= UndoneGuesses.MostBack ? [] : best.Guesses;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The options of <c>protect</c> that <c>--strategy nnsplitter</c> alone understands.</summary>
internal sealed class NnSplitterArguments
{
    private const string Strategy = "nnsplitter";

    private static readonly NnSplitterOptions Defaults = new();

    private readonly Option<string> _controller = new Option<string>("--controller")
    {
        Description = "nnsplitter: who picks the filters of a rollout. rnn learns from what earlier picks were worth; "
            + "random is the control that shows what the learning is worth, at the same number of rollouts.",
        DefaultValueFactory = _ => "rnn",
    }.AcceptOnlyFromAmong("rnn", "random");

    private readonly Option<int> _updates = Count("--updates",
        "most updates of the controller. Time grows with updates times rollouts.", "N", Defaults.Updates);

    private readonly Option<int> _rollouts = Count("--rollouts",
        "rollouts per update: each picks filters, optimises their masked weights and is measured.", "N", Defaults.Rollouts, least: 2);

    private readonly Option<int> _patience = Count("--patience",
        "once the target is reached, updates without a better rollout until the search ends.", "N", Defaults.Patience);

    private readonly Option<int> _filters = Count("--filters-per-layer",
        "filters picked in each layer (k). More give the mask more to choose from, and cost time.", "K", Defaults.FiltersPerLayer);

    private readonly Option<double?> _center = new("--mask-center")
    {
        Description = "nnsplitter: the value that changed weights lie near (c). [default: the mean of all filters' weights]",
        HelpName = "C",
    };

    private readonly Option<double?> _shift = Number("--mask-shift",
        "moves c from the mean by this share of the way to the smallest weight. 0 is the paper's choice; 0.25 reached chance "
        + "where 0 did not. [default: 0]", "SHARE", least: 0);

    private readonly Option<double?> _width = Number("--mask-width",
        "how near (epsilon): weights with |w - c| < epsilon. [default: what gives --mask-count weights]", "EPS", above: 0);

    private readonly Option<int?> _count = new("--mask-count")
    {
        Description = "nnsplitter: weights that a rollout may change; of more within epsilon, the nearest to c. "
            + "[default: --max-weights]",
        HelpName = "N",
    };

    private readonly Option<bool> _keepMask = new("--keep-mask")
    {
        Description = "nnsplitter: keep all weights of the best rollout's mask, as the paper does. [default: those that "
            + "changed least go back to what they were, as long as the target holds]",
    };

    private readonly Option<double?> _sparsity = Number("--sparsity",
        $"weight of the sum of |change| in the loss (lambda): more leaves more weights as they were. "
        + $"[default: {Text(Defaults.Sparsity)}]", "LAMBDA", least: 0);

    private readonly Option<double?> _learningRate = Number("--learning-rate",
        $"step size of Adam on the weights. [default: {Text(Defaults.LearningRate)}]", "LR", above: 0);

    private readonly Option<int> _steps = Count("--steps", "steps of Adam per rollout, one batch each.", "N", Defaults.Steps);

    private readonly Option<int> _batch = Count("--batch", "examples per step.", "N", Defaults.Batch);

    private readonly Option<int> _reward = Count("--reward-examples",
        "calibration examples that a rollout is measured on.", "N", Defaults.RewardExamples);

    private readonly Option<int> _hidden = Count("--hidden", "width of the controller's hidden state.", "N", Defaults.HiddenSize);

    private readonly Option<double?> _controllerRate = Number("--controller-learning-rate",
        $"step size of Adam on the controller. [default: {Text(Defaults.ControllerLearningRate)}]", "LR", above: 0);

    private readonly Option<WeightRange?> _clamp = new("--clamp")
    {
        Description = "nnsplitter: the range that changed weights stay within. [default: that of each weight's own tensor]",
        HelpName = "LOW:HIGH",
        CustomParser = Range,
    };

    public NnSplitterArguments()
    {
        _count.Validators.Add(result => Check(result, value => value < 1, "must be 1 or more"));
        _center.Validators.Add(result => Check(result, value => !double.IsFinite(value), "must be a finite number"));
    }

    private IEnumerable<Option> Options =>
    [
        _controller, _updates, _rollouts, _patience, _filters, _center, _shift, _width, _count, _keepMask, _sparsity, _learningRate,
        _steps, _batch, _reward, _hidden, _controllerRate, _clamp,
    ];

    /// <summary>Adds the options to a command, and refuses them where another strategy is asked for.</summary>
    /// <param name="command">The command.</param>
    /// <param name="strategy">Its option that names the strategy.</param>
    /// <param name="move">Its option that is for the other strategies alone.</param>
    public void AddTo(Command command, Option<string> strategy, Option move)
    {
        foreach (var option in Options) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            // A strategy that does not exist has an error of its own.
            if (result.GetResult(strategy) is not { } given || given.Errors.Any()) return;
            var own = given.GetValueOrDefault<string>() == Strategy;
            foreach (var option in own ? [move] : Options)
                if (result.GetResult(option) is OptionResult { Implicit: false })
                    result.AddError(own ? $"{option.Name} is not for --strategy {Strategy}, which finds values of its own."
                        : $"{option.Name} is for --strategy {Strategy} alone.");
        });
    }

    /// <summary>What was asked for.</summary>
    public NnSplitterOptions Read(ParseResult parsed) => new()
    {
        Controller = Enum.Parse<ControllerKind>(parsed.GetRequiredValue(_controller), ignoreCase: true),
        Updates = parsed.GetValue(_updates),
        Rollouts = parsed.GetValue(_rollouts),
        Patience = parsed.GetValue(_patience),
        FiltersPerLayer = parsed.GetValue(_filters),
        MaskCenter = parsed.GetValue(_center),
        MaskShift = parsed.GetValue(_shift) ?? Defaults.MaskShift,
        MaskWidth = parsed.GetValue(_width),
        MaskCount = parsed.GetValue(_count),
        KeepMask = parsed.GetValue(_keepMask),
        Sparsity = parsed.GetValue(_sparsity) ?? Defaults.Sparsity,
        LearningRate = parsed.GetValue(_learningRate) ?? Defaults.LearningRate,
        Steps = parsed.GetValue(_steps),
        Batch = parsed.GetValue(_batch),
        RewardExamples = parsed.GetValue(_reward),
        HiddenSize = parsed.GetValue(_hidden),
        ControllerLearningRate = parsed.GetValue(_controllerRate) ?? Defaults.ControllerLearningRate,
        Clamp = parsed.GetValue(_clamp),
    };

    /// <summary>The options as words of a command line, with defaults written out.</summary>
    public static IEnumerable<string> Words(NnSplitterOptions options)
    {
        (string Name, string? Value)[] pairs =
        [
            ("--controller", options.Controller.ToString().ToLowerInvariant()), ("--updates", Text(options.Updates)),
            ("--rollouts", Text(options.Rollouts)), ("--patience", Text(options.Patience)),
            ("--filters-per-layer", Text(options.FiltersPerLayer)), ("--mask-center", Text(options.MaskCenter)),
            ("--mask-shift", Text(options.MaskShift)), ("--mask-width", Text(options.MaskWidth)),
            ("--mask-count", Text(options.MaskCount)), ("--sparsity", Text(options.Sparsity)),
            ("--learning-rate", Text(options.LearningRate)),
            ("--steps", Text(options.Steps)), ("--batch", Text(options.Batch)),
            ("--reward-examples", Text(options.RewardExamples)), ("--hidden", Text(options.HiddenSize)),
            ("--controller-learning-rate", Text(options.ControllerLearningRate)),
            ("--clamp", options.Clamp is { } range ? $"{range.Low.ToString(CultureInfo.InvariantCulture)}:{range.High.ToString(CultureInfo.InvariantCulture)}" : null),
        ];
        return pairs.Where(pair => pair.Value is not null).SelectMany(pair => new[] { pair.Name, pair.Value! })
            .Concat(options.KeepMask ? ["--keep-mask"] : []);
    }

    private static Option<int> Count(string name, string description, string help, int otherwise, int least = 1)
    {
        var option = new Option<int>(name)
        {
            Description = $"nnsplitter: {description}",
            HelpName = help,
            DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(result => Check(result, value => value < least, $"must be {Text(least)} or more"));
        return option;
    }

    private static Option<double?> Number(
        string name, string description, string help, double above = double.NegativeInfinity, double least = double.NegativeInfinity)
    {
        var option = new Option<double?>(name) { Description = $"nnsplitter: {description}", HelpName = help };
        option.Validators.Add(result => Check(result,
            value => !double.IsFinite(value) || value <= above || value < least,
            double.IsFinite(above) ? $"must be above {Text(above)}" : $"must be {Text(least)} or more"));
        return option;
    }

    private static void Check(OptionResult result, Func<double, bool> refused, string rule)
    {
        if (result.Tokens is [var token] && Parse(token.Value, out var value) && refused(value))
            result.AddError($"{result.Option.Name} is {token.Value}; it {rule}.");
    }

    private static WeightRange? Range(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Split(':') is [var low, var high] && Parse(low, out var least) && Parse(high, out var most)
            && double.IsFinite(least) && double.IsFinite(most) && least < most)
            return new WeightRange((float)least, (float)most);
        result.AddError($"--clamp is {text}; it must be two numbers LOW:HIGH, the lower one first.");
        return null;
    }

    private static bool Parse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static string? Text(double? value) => value?.ToString(CultureInfo.InvariantCulture);
}

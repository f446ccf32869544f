using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Commands;

/// <summary>The options of <c>protect</c> that ask for compact secrets.</summary>
internal sealed class CompactArguments
{
    public const double PointsPerUnit = 100;

    private readonly Option<bool> _compact = new("--compact")
    {
        Description = "Secrets of less than half the size: positions and one value, which all changed weights are restored "
            + "to. The restored model is then close to the original, not equal; nothing is written unless it is close.",
    };

    private readonly Option<double?> _tolerance = new("--compact-tolerance")
    {
        Description = "With --compact: points of accuracy that the restored model may lie below the original. [default: 0.5]",
        HelpName = "POINTS",
    };

    private readonly Option<double?> _center = new("--center")
    {
        Description = "With --compact: the value. [default: the mean of what the changed weights were]",
        HelpName = "C",
    };

    public CompactArguments()
    {
        _tolerance.Validators.Add(result => Check(result, value => value is >= 0 and <= PointsPerUnit, "lie between 0 and 100"));
        _center.Validators.Add(result => Check(result, value => float.IsFinite((float)value), "be a finite float32 number"));
    }

    /// <summary>Adds the options to a command; those that say how are refused without the one that says that.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_compact);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_compact)) return;
            foreach (var option in new Option[] { _tolerance, _center })
                if (result.GetResult(option) is not null) result.AddError($"{option.Name} is for --compact alone.");
        });
        command.Options.Add(_tolerance);
        command.Options.Add(_center);
    }

    /// <summary>Whether compact secrets are asked for.</summary>
    public bool AreAsked(CommandResult result) => result.GetValue(_compact);

    /// <summary>What was asked for; null if the secrets are to be ordinary ones.</summary>
    public CompactOptions? Read(ParseResult parsed)
    {
        if (!parsed.GetValue(_compact)) return null;
        var options = new CompactOptions { Center = (float?)parsed.GetValue(_center) };
        return parsed.GetValue(_tolerance) is { } points ? options with { Tolerance = points / PointsPerUnit } : options;
    }

    private static void Check(OptionResult result, Predicate<double> allowed, string rule)
    {
        if (result.Tokens is [var token]
            && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !allowed(value))
            result.AddError($"{result.Option.Name} is {token.Value}; it must {rule}.");
    }
}

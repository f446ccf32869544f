using System.CommandLine;
using System.Globalization;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Options that say what goes into a model and which of what comes out is measured, and how.</summary>
internal sealed class InputArguments
{
    private const string Accuracy = "accuracy";
    private const string Error = "error";

    private readonly Option<string[]> _shapes = new("--input-shape")
    {
        Description = "Without --data: the shape in which an input is drawn, batch first, such as image=1x3x48x320. Can be "
            + "given once for each input. Without: open dimensions are found by trying.",
        HelpName = "NAME=SHAPE",
    };

    private readonly Option<string?> _output = new("--model-output")
    {
        Description = "The model's output that is measured. [default: its first of floats]",
        HelpName = "NAME",
    };

    private readonly Option<string?> _measure = new Option<string?>("--measure")
    {
        Description = "How the model is measured: by accuracy, or by the normalised error, the squared difference from the "
            + "original's outputs divided by their variance. [default: accuracy if the output is [batch, 2 or more], else error]",
    }.AcceptOnlyFromAmong(Accuracy, Error);

    private readonly Option<string?> _resize = new("--resize")
    {
        Description = "Images are scaled to this height and width. [default: what the model declares, else their own]",
        HelpName = "HEIGHTxWIDTH",
    };

    private readonly Option<string?> _mean = new("--mean")
    {
        Description = "Taken off an image's values, which are 0 to 1: one number, or one for each channel. [default: 0]",
        HelpName = "A,B,C",
    };

    private readonly Option<string?> _std = new("--std")
    {
        Description = "Divides an image's values after that. [default: 1]",
        HelpName = "A,B,C",
    };

    private readonly Option<string?> _layout = new Option<string?>("--layout")
    {
        Description = "Where an image's channels lie. [default: where the model declares 1 or 3]",
    }.AcceptOnlyFromAmong("nchw", "nhwc");

    public InputArguments()
    {
        _shapes.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Parse(token.Value) is null))
                result.AddError($"--input-shape is {token.Value}; it must be like NAME=1x3x224x224.");
            if (result.Tokens.Select(token => Name(token.Value)).Distinct(StringComparer.Ordinal).Count() < result.Tokens.Count)
                result.AddError("--input-shape names one input twice.");
        });
        _resize.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Dims(token.Value) is not [_, _])
                result.AddError($"--resize is {token.Value}; it must be like 224x224, height first.");
        });
        _mean.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Numbers(token.Value) is null)
                result.AddError($"--mean is {token.Value}; it must be like 0.485,0.456,0.406.");
        });
        _std.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Numbers(token.Value)?.All(number => number > 0) != true)
                result.AddError($"--std is {token.Value}; it must be like 0.229,0.224,0.225, all above 0.");
        });
    }

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_shapes);
        AddDataTo(command);
    }

    /// <summary>Adds those that matter where there is data.</summary>
    public void AddDataTo(Command command)
    {
        command.Options.Add(_resize);
        command.Options.Add(_mean);
        command.Options.Add(_std);
        command.Options.Add(_layout);
        command.Options.Add(_output);
        command.Options.Add(_measure);
    }

    private IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes(ParseResult parsed) => InputShapes.None.AddRange(
        (parsed.GetValue(_shapes) ?? []).Select(text => Parse(text)!.Value));

    public ImageOptions Images(ParseResult parsed)
    {
        var options = new ImageOptions
        {
            Layout = parsed.GetValue(_layout) is { } layout ? Enum.Parse<ImageLayout>(layout, ignoreCase: true) : null,
        };
        if (parsed.GetValue(_resize) is { } size && Dims(size) is { } dims)
            options = options with { Resize = ((int)dims[0], (int)dims[1]) };
        if (parsed.GetValue(_mean) is { } mean) options = options with { Mean = Numbers(mean)! };
        return parsed.GetValue(_std) is { } std ? options with { Std = Numbers(std)! } : options;
    }

    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    public Metric? Measure(ParseResult parsed) => parsed.GetValue(_measure) switch
    {
        Accuracy => Metric.Accuracy,
        Error => Metric.NormalizedError,
        _ => null,
    };

    /// <summary>What was asked for, without where the data lies.</summary>
    public DataSettings Read(ParseResult parsed) => new()
    {
        Images = Images(parsed),
        InputShapes = Shapes(parsed),
        ModelOutput = Output(parsed),
        Metric = Measure(parsed),
    };

    /// <summary>The same options as words of a command line.</summary>
    public static IEnumerable<string> Words(DataSettings settings) =>
    [
        .. settings.InputShapes.OrderBy(shape => shape.Key, StringComparer.Ordinal)
            .SelectMany(shape => new[] { "--input-shape", $"{shape.Key}={string.Join('x', shape.Value)}" }),
        .. settings.Images.Resize is { } size ? new[] { "--resize", $"{size.Height}x{size.Width}" } : [],
        .. Words("--mean", settings.Images.Mean, 0),
        .. Words("--std", settings.Images.Std, 1),
        .. settings.Images.Layout is { } layout ? new[] { "--layout", layout.ToString().ToLowerInvariant() } : [],
        .. settings.ModelOutput is { } output ? new[] { "--model-output", output } : [],
        .. settings.Metric is { } measure
            ? new[] { "--measure", measure == Metric.Accuracy ? Accuracy : Error }
            : [],
    ];

    private static string Name(string text) => text[..Math.Max(0, text.LastIndexOf('='))];

    private static string[] Words(string option, IReadOnlyList<double> values, double ordinary) =>
        values is [var value] && value.Equals(ordinary)
            ? []
            : [option, string.Join(',', values.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))];

    // A name may hold anything; a shape has no '='.
    private static KeyValuePair<string, IReadOnlyList<long>>? Parse(string text) =>
        Name(text).Length > 0 && Dims(text[(text.LastIndexOf('=') + 1)..]) is { } dims ? new(Name(text), dims) : null;

    private static long[]? Dims(string text)
    {
        var dims = Array.ConvertAll(text.Split('x'), part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dim) ? dim : 0L);
        return Array.TrueForAll(dims, dim => dim > 0) ? dims : null;
    }

    private static double[]? Numbers(string text)
    {
        var numbers = Array.ConvertAll(text.Split(','), part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN);
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : null;
    }
}

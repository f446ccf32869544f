using System.Globalization;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Cli.Requests;

/// <summary>Kinds of values that options of <c>protect</c> have.</summary>
internal static class ValueKinds
{
    private static readonly KeyedRules[] SingleRules = [KeyedRules.Sign, KeyedRules.Mantissa, KeyedRules.Shuffle];

    private const long BytesPerMegabyte = 1_000_000;

    private const int MostMegabytes = 1_000_000_000;

    /// <summary>A path that says by its ending what a report is.</summary>
    public static ValueKind<string> ReportPath { get; } =
        Kinds.Text.Where(path => ReportForm.IsPage(path) || ReportForm.IsJson(path), "end in .html or .json");

    /// <summary>A finite number.</summary>
    public static ValueKind<double> Finite { get; } = Kinds.Number.Where(double.IsFinite, "be a finite number");

    /// <summary>A finite number above 0.</summary>
    public static ValueKind<double> AboveZero { get; } =
        Kinds.Number.Where(value => value > 0 && double.IsFinite(value), "be a number above 0");

    /// <summary>A finite number, 0 or more.</summary>
    public static ValueKind<double> NotNegative { get; } =
        Kinds.Number.Where(value => value >= 0 && double.IsFinite(value), "be a number, 0 or more");

    /// <summary>A share of a whole.</summary>
    public static ValueKind<double> Share { get; } =
        Kinds.Number.Where(value => value is >= 0 and <= 1, "lie between 0 and 1");

    /// <summary>A share of a whole that is not nothing.</summary>
    public static ValueKind<double> SomeShare { get; } =
        Kinds.Number.Where(value => value is > 0 and <= 1, "lie above 0, and at 1 at most");

    /// <summary>Rules of keyed changes.</summary>
    public static ValueKind<KeyedRules> Rules { get; } = new(
        (string text, out KeyedRules value) =>
        {
            value = KeyedRules.None;
            foreach (var word in text.Split(','))
            {
                var rule = Array.Find(SingleRules, rule => Word(rule) == word);
                if (rule == KeyedRules.None || value.HasFlag(rule)) return false;
                value |= rule;
            }

            return KeyedSecrets.AreRules(value);
        },
        value => string.Join(',', SingleRules.Where(rule => value.HasFlag(rule)).Select(Word)),
        "be sign, mantissa or shuffle, or one of the first two with shuffle, such as mantissa,shuffle");

    /// <summary>A float32 number.</summary>
    public static ValueKind<float> Float32 { get; } = new(
        (string text, out float value) =>
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value),
        value => value.ToString("R", CultureInfo.InvariantCulture),
        "be a finite float32 number");

    /// <summary>Bytes in megabytes; no word for no limit.</summary>
    public static ValueKind<long> Megabytes { get; } = new(
        (string text, out long value) =>
        {
            var read = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes)
                && megabytes is >= 1 and <= MostMegabytes;
            value = megabytes * BytesPerMegabyte;
            return read;
        },
        value => value == long.MaxValue ? null : (value / BytesPerMegabyte).ToString(CultureInfo.InvariantCulture),
        "lie between 1 and 1000000000 megabytes");

    /// <summary>Two numbers, the lower one first.</summary>
    public static ValueKind<WeightRange> Range { get; } = new(
        (string text, out WeightRange value) =>
        {
            value = default;
            if (text.Split(':') is not [var low, var high] || !Float32.Parse(low, out var least)
                || !Float32.Parse(high, out var most)) return false;
            value = new WeightRange(least, most);
            return least < most;
        },
        value => $"{Float32.Format(value.Low)}:{Float32.Format(value.High)}",
        "be two numbers LOW:HIGH, the lower one first");

    /// <summary>Height and width.</summary>
    public static ValueKind<(int Height, int Width)> Size { get; } = new(
        (string text, out (int Height, int Width) value) =>
        {
            value = Dims(text) is [var height, var width] ? ((int)height, (int)width) : default;
            return value != default;
        },
        value => string.Create(CultureInfo.InvariantCulture, $"{value.Height}x{value.Width}"),
        "be like 224x224, height first");

    /// <summary>An input's name and shape.</summary>
    public static ValueKind<KeyValuePair<string, IReadOnlyList<long>>> Shape { get; } = new(
        (string text, out KeyValuePair<string, IReadOnlyList<long>> value) =>
        {
            // A name may hold anything; a shape has no '='.
            var end = text.LastIndexOf('=');
            value = end > 0 && Dims(text[(end + 1)..]) is { } dims ? new(text[..end], dims) : default;
            return value.Key is not null;
        },
        value => $"{value.Key}={string.Join('x', value.Value)}",
        "be like NAME=1x3x224x224");

    /// <summary>A number for each channel, or one for all.</summary>
    /// <param name="example">What it looks like.</param>
    /// <param name="ordinary">What holds without a word.</param>
    /// <param name="allowed">Which numbers there can be.</param>
    public static ValueKind<IReadOnlyList<double>> PerChannel(
        string example, double ordinary, Predicate<double> allowed) => new(
        (string text, out IReadOnlyList<double> value) =>
        {
            var numbers =
                Array.ConvertAll(text.Split(','), part => Finite.Parse(part, out var number) ? number : double.NaN);
            value = numbers;
            return Array.TrueForAll(numbers, number => double.IsFinite(number) && allowed(number));
        },
        value => value is [var single] && single.Equals(ordinary) ? null
            : string.Join(',', value.Select(Kinds.Number.Format)),
        $"be like {example}");

    private static string Word(KeyedRules rule) => rule.ToString().ToLowerInvariant();

    private static long[]? Dims(string text)
    {
        var dims = Array.ConvertAll(text.Split('x'), part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dim) ? dim : 0L);
        return Array.TrueForAll(dims, dim => dim > 0) ? dims : null;
    }
}

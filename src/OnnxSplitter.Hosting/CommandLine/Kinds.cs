using System.Globalization;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Kinds of values that options have.</summary>
public static class Kinds
{
    private const double PointsPerUnit = 100;
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string DateForm = "yyyy-MM-dd";

    /// <summary>Any text: a path, a name. An empty one is as good as none.</summary>
    public static ValueKind<string> Text { get; } = new(
        (string text, out string value) =>
        {
            value = text;
            return true;
        },
        text => text.Length > 0 ? text : null,
        "be text");

    /// <summary>Any text, or none.</summary>
    public static ValueKind<string?> OptionalText { get; } = new(
        (string text, out string? value) =>
        {
            value = text;
            return true;
        },
        text => text,
        "be text");

    /// <summary>A number, finite or not.</summary>
    public static ValueKind<double> Number { get; } = new(
        (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value),
        value => value.ToString("R", CultureInfo.InvariantCulture),
        "be a number");

    /// <summary>A share of a whole, in points of a hundred.</summary>
    public static ValueKind<double> Points { get; } = new(
        (string text, out double value) =>
        {
            var read = Number.Parse(text, out var points) && points is >= 0 and <= PointsPerUnit;
            value = points / PointsPerUnit;
            return read;
        },
        value =>
        {
            // The points next to the product may be those that give this share again.
            var points = value * PointsPerUnit;
            double[] near = [points, double.BitDecrement(points), double.BitIncrement(points)];
            return Number.Format(Array.Find(near, each => (each / PointsPerUnit).Equals(value)));
        },
        "lie between 0 and 100");

    /// <summary>The first moment of a day, or a moment, UTC.</summary>
    public static ValueKind<DateTimeOffset> TimeFrom { get; } = Time(endOfDay: false);

    /// <summary>The last second of a day, or a moment, UTC.</summary>
    public static ValueKind<DateTimeOffset> TimeUntil { get; } = Time(endOfDay: true);

    /// <summary>A whole number.</summary>
    public static ValueKind<int> Whole(int least = int.MinValue, int most = int.MaxValue) => new(
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= least && value <= most,
        value => value.ToString(CultureInfo.InvariantCulture),
        most < int.MaxValue ? $"be a whole number from {Invariant(least)} to {Invariant(most)}"
        : least > int.MinValue ? $"be a whole number, {Invariant(least)} or more"
        : "be a whole number");

    /// <summary>One of these words.</summary>
    public static ValueKind<TValue> Among<TValue>(params (string Word, TValue Value)[] words)
        where TValue : notnull => new(
        (string text, out TValue value) =>
        {
            var place = Array.FindIndex(words, pair => pair.Word == text);
            value = place < 0 ? default! : words[place].Value;
            return place >= 0;
        },
        value => Array.Find(words, pair => pair.Value.Equals(value)).Word,
        $"be {string.Join(", ", words[..^1].Select(pair => pair.Word))} or {words[^1].Word}")
        {
            Words = [.. words.Select(pair => pair.Word)],
        };

    /// <summary>The same kind, or no value.</summary>
    public static ValueKind<TValue?> OrNone<TValue>(this ValueKind<TValue> kind)
        where TValue : struct => new(
        (string text, out TValue? value) =>
        {
            var read = kind.Parse(text, out var given);
            value = given;
            return read;
        },
        value => value is { } given ? kind.Format(given) : null,
        kind.Rule)
        {
            Words = kind.Words,
        };

    private static ValueKind<DateTimeOffset> Time(bool endOfDay) => new(
        (string text, out DateTimeOffset value) =>
        {
            var date = DateTimeOffset.TryParseExact(
                text, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);
            var read = (date || DateTimeOffset.TryParseExact(
                text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value))
                && value.Year < 9999;
            if (read && date && endOfDay) value = value.AddDays(1).AddSeconds(-1);
            return read;
        },
        value => value.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture),
        "look like 2026-12-31 or 2026-12-31T23:59:59Z");

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>How numbers are shown.</summary>
internal static class Format
{
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    public static string Points(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0}");

    public static string Number(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Share(double value) => double.IsNaN(value) ? "-" : Percent(value);

    /// <summary>Some words of a list, and how many more there are.</summary>
    public static string Some<T>(IReadOnlyCollection<T> words, int most) =>
        string.Join(", ", words.Take(most)) + (words.Count > most ? $" and {words.Count - most} more" : "");

    public static string Count(long value) =>
        value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    public static string Tensors(int count) => count == 1 ? "1 tensor" : $"{Count(count)} tensors";

    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}

using OnnxSplitter.Data;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>How measures are named, and what they give is shown.</summary>
internal static class MeasureText
{
    // More would be read by nobody.
    private const int MostClasses = 12;

    public static string Name(Metric measure) =>
        measure == Metric.Accuracy ? "balanced accuracy" : "normalised error";

    /// <summary>A name for programs.</summary>
    public static string Id(Metric measure) => measure == Metric.Accuracy ? "accuracy" : "normalised-error";

    /// <summary>Class numbers, not all where there are many.</summary>
    public static string Classes(IReadOnlyList<int> classes) => Format.Some(classes, MostClasses);

    /// <summary>What was measured, and its standard error.</summary>
    public static string Value(Metric measure, double value, double standardError) =>
        double.IsNaN(value) ? Value(measure, value)
        : measure == Metric.Accuracy ? $"{Value(measure, value)} ± {Format.Points(standardError)}"
        : $"{Value(measure, value)} ± {Format.Number(standardError)}";

    /// <summary>Percent of the accuracy, or the error as a number; a dash for what was not measured.</summary>
    public static string Value(Metric measure, double value) =>
        measure == Metric.Accuracy ? Format.Share(value) : Format.Number(value);
}

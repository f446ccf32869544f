using System.Globalization;

namespace OnnxSplitter.Benchmarks;

/// <summary>A measured row of what is left, as it stands in the table. Accuracies and worth are shares.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="How">How it was protected.</param>
/// <param name="Weights">Weights changed.</param>
/// <param name="Seconds">The whole job.</param>
/// <param name="Answers">Balanced accuracy of its answers.</param>
/// <param name="Constants">The same after class constants and scales.</param>
/// <param name="Readout">The same of a readout of its outputs with the most labels.</param>
/// <param name="Outputs">Worth left of its outputs.</param>
/// <param name="Inside">Worth left inside.</param>
/// <param name="Undone">Accuracy after the best look at the weights was undone.</param>
/// <param name="Auroc">Of the detector that reaches most, by what guessing may reach of as few weights.</param>
internal sealed record WorthRow(string Model, string How, long Weights, double Seconds, double Answers,
    double Constants, double Readout, double Outputs, double Inside, double Undone, double Auroc)
{
    /// <summary>The table's head.</summary>
    public const string Head =
        "| model | how | weights | seconds | answers | class constants | readout | worth, outputs | worth, inside "
        + "| after undoing | AUROC |";

    /// <summary>What tells a row from all others, as its line begins.</summary>
    public static string Key(WorthCase row) => $"| {row.Model} | {row.How} |";

    /// <summary>The row's line.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"| {Model} | {How} | {Weights} | {Seconds:f0} | {Answers:p1} | {Constants:p1} | {Readout:p1} | {Outputs:f2} | "
        + $"{Inside:f2} | {Undone:p1} | {Auroc:f2} |");

    /// <summary>Reads a line back.</summary>
    /// <returns>Null if it says why there are no figures.</returns>
    public static WorthRow? Parse(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return cells.Length == 13 && int.TryParse(cells[3], CultureInfo.InvariantCulture, out var weights)
            ? new WorthRow(cells[1], cells[2], weights, Number(cells[4]), Percent(cells[5]), Percent(cells[6]),
                Percent(cells[7]), Number(cells[8]), Number(cells[9]), Percent(cells[10]), Number(cells[11]))
            : null;
    }

    private static double Percent(string cell) => Number(cell.TrimEnd('%', ' ')) / 100;

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}

using System.Globalization;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Benchmarks;

/// <summary>A measured row of the results, as it stands in the table.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="What">How weights were chosen.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Weights">Weights changed.</param>
/// <param name="Original">Accuracy of the original, in percent.</param>
/// <param name="Obfuscated">Accuracy of the obfuscated file, in percent.</param>
/// <param name="Reached">Whether the target was reached.</param>
/// <param name="Restored">Accuracy of the restored model, in percent.</param>
/// <param name="SecretsBytes">Size of the secrets.</param>
/// <param name="Seconds">The whole job.</param>
internal sealed record ResultsRow(string Model, string What, int Seed, int Weights, double Original, double Obfuscated,
    bool Reached, double Restored, long SecretsBytes, double Seconds)
{
    private const string NotReached = ", not reached";

    /// <summary>What tells a row from all others, as its line begins.</summary>
    public static string Key(ResultsCase row) => $"| {row.Model} | {row.What} | {row.Seed} |";

    /// <summary>The line of a finished job.</summary>
    public static string Line(ResultsCase row, ProtectionReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{Key(row)} {report.WeightsChanged} | {report.Original:p2} | {report.Obfuscated:p2} | "
        + $"{report.Target:p1}{(report.TargetReached ? "" : NotReached)} | {report.Restored:p2} | "
        + $"{report.SecretsBytes} | {report.Seconds:f0} |");

    /// <summary>Reads a line back.</summary>
    /// <returns>Null if it says why there are no figures.</returns>
    public static ResultsRow? Parse(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return cells.Length == 12 && int.TryParse(cells[4], CultureInfo.InvariantCulture, out var weights)
            ? new ResultsRow(cells[1], cells[2], int.Parse(cells[3], CultureInfo.InvariantCulture), weights,
                Percent(cells[5]), Percent(cells[6]), !cells[7].EndsWith(NotReached, StringComparison.Ordinal),
                Percent(cells[8]), long.Parse(cells[9], CultureInfo.InvariantCulture),
                double.Parse(cells[10], CultureInfo.InvariantCulture))
            : null;
    }

    private static double Percent(string cell) => double.Parse(cell.TrimEnd('%', ' '), CultureInfo.InvariantCulture);
}

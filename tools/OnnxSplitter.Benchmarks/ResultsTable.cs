using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// The table of results, as a Markdown file: rows that it holds already are kept, so that a run of hours can be broken
/// off and goes on with the rows that are missing.
/// </summary>
internal sealed class ResultsTable
{
    private const string Head =
        "| model | how weights are chosen | seed | weights | original | obfuscated | target | restored "
        + "| secrets, bytes | seconds |";

    private readonly string _path;
    private readonly List<string> _rows;

    // The other modes' sections, which stand after the goals.
    private readonly string _others;

    public ResultsTable(string path)
    {
        _path = path;
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        _others = string.Concat(lines.SkipWhile(line => line != StealthTable.Heading).Select(line => $"\n{line}"));
        _rows =
        [
            .. lines.TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line != Head),
        ];
    }

    /// <summary>Runs what is missing.</summary>
    /// <param name="folder">Holds the models and their data.</param>
    /// <param name="filter">Part of a row's model or name; null for all.</param>
    /// <param name="protect">Runs a job on a row's model and data, with a fresh set of options as a base.</param>
    public void Complete(string folder, string? filter, Func<string, string, Func<ProtectionOptions,
        ProtectionOptions>, ProtectionReport> protect)
    {
        foreach (var row in ResultsCase.All)
        {
            var model = Path.Combine(folder, $"{row.Model}.onnx");
            if (_rows.Exists(known => known.StartsWith(ResultsRow.Key(row), StringComparison.Ordinal))
                || (filter is not null && !$"{row.Model} {row.What}".Contains(filter, StringComparison.Ordinal))
                || !File.Exists(model)) continue;
            if (row.AsManyAs is { } other && WeightsOf(row with { What = other }) is null) continue;
            Console.WriteLine($"{row.Model}: {row.What}, seed {row.Seed}");
            try
            {
                var report = protect(model, Path.Combine(folder, row.Data), options => row.Set(options) with
                {
                    Search = row.Set(options).Search with
                    {
                        Seed = row.Seed,
                        MaxWeights = row.AsManyAs is { } source
                            ? WeightsOf(row with { What = source })!.Value
                            : row.Set(options).Search.MaxWeights,
                    },
                });
                _rows.Add(ResultsRow.Line(row, report));
            }
            catch (OnnxSplitterException e)
            {
                _rows.Add($"{ResultsRow.Key(row)} {e.Message} | | | | | | |");
            }

            Console.WriteLine(_rows[^1]);
            Write();
        }
    }

    private void Write() => File.WriteAllText(_path, string.Create(CultureInfo.InvariantCulture, $"""
        # Results

        Made by `dotnet run -c Release --project tools/OnnxSplitter.Benchmarks -- results FOLDER docs/results.md`, where
        FOLDER holds the models and data that `tools/zoo` makes. Accuracies are those of the written file on 2000 test
        images that no choice has seen; a target that was not reached is named as such. Seconds are wall time of the
        whole job on a shared machine: compare them within this table only.

        Machine of the last row: {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription},
        {RuntimeInformation.FrameworkDescription}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}.

        {Head}
        |---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', _rows)}

        ## Against the goals
        Worked out from the rows above; of several moves, the one that needed the fewest weights.

        | goal | measured | |
        |---|---|---|
        {string.Join('\n', ResultsGoals.Lines([.. _rows.Select(ResultsRow.Parse).OfType<ResultsRow>()]))}
        {_others}
        """));

    private int? WeightsOf(ResultsCase row) =>
        _rows.Find(known => known.StartsWith(ResultsRow.Key(row), StringComparison.Ordinal)) is { } line
            ? ResultsRow.Parse(line)?.Weights
            : null;
}

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

    private const string LeftHeading = "## What is left";
    private const string StrategiesHeading = "## Ways of choosing weights, by accuracy alone";

    private readonly string _path;
    private readonly List<string> _left;
    private readonly List<string> _rows;

    public ResultsTable(string path)
    {
        _path = path;
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        _left = RowsUnder(LeftHeading, WorthRow.Head);
        _rows = RowsUnder(StrategiesHeading, Head);

        List<string> RowsUnder(string heading, string head) =>
        [
            .. lines.SkipWhile(line => line != heading).Skip(1)
                .TakeWhile(line => !line.StartsWith('#'))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line != head),
        ];
    }

    /// <summary>Runs what is missing.</summary>
    /// <param name="folder">Holds the models and their data.</param>
    /// <param name="filter">Part of a row's model and name; empty for all.</param>
    /// <param name="job">Makes a job of a model's path and its data's.</param>
    public void Complete(string folder, string filter, Func<string, string, ProtectionOptions> job)
    {
        foreach (var row in WorthCase.All)
            Add(_left, WorthRow.Key(row), row.Model, row.How, path =>
                WorthJudge.Run(row, job(path, Path.Combine(folder, row.Data))).Line);
        foreach (var row in ResultsCase.All)
        {
            if (row.AsManyAs is { } other && WeightsOf(row with { What = other }) is null) continue;
            Add(_rows, ResultsRow.Key(row), row.Model, row.What, path =>
            {
                var options = row.Set(job(path, Path.Combine(folder, row.Data)));
                return ResultsRow.Line(row, ProtectionPipeline.Run(options with
                {
                    Search = options.Search with
                    {
                        Seed = row.Seed,
                        MaxWeights = row.AsManyAs is { } source
                            ? WeightsOf(row with { What = source })!.Value
                            : options.Search.MaxWeights,
                    },
                }));
            });
        }

        Write();

        void Add(List<string> rows, string key, string model, string what, Func<string, string> line)
        {
            var path = Path.Combine(folder, $"{model}.onnx");
            if (!$"{model} {what}".Contains(filter, StringComparison.Ordinal) || !File.Exists(path)
                || rows.Exists(known => known.StartsWith(key, StringComparison.Ordinal))) return;
            Console.WriteLine($"{model}: {what}");
            try
            {
                rows.Add(line(path));
            }
            catch (OnnxSplitterException e)
            {
                rows.Add($"{key} {e.Message} | | | | | | | |");
            }

            Console.WriteLine(rows[^1]);
            Write();
        }
    }

    private void Write() => File.WriteAllText(_path, string.Create(CultureInfo.InvariantCulture, $"""
        # Results

        Made by `dotnet run -c Release --project tools/OnnxSplitter.Benchmarks -- results FOLDER docs/results.md`, where
        FOLDER holds the models and data that `tools/zoo` makes. Accuracies are balanced, and those of the written file
        on 2000 test images that no choice has seen. Seconds are wall time of the whole job on a shared machine: compare
        them within one table only.

        Machine of the last row: {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription},
        {RuntimeInformation.FrameworkDescription}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}.

        {LeftHeading}
        What a thief could still get, by the readings that [Checking](checking.md) describes: the model's answers; the
        same after constants and scales of the classes, found without labels; a logistic readout of the outputs with 600
        labels; the most that any reading of outputs, or of a place inside, is worth (0: as little as without the model,
        1: as much as the original); the answers after the best look at the weights was undone; and how well the best
        detector, by what guessing reaches of as few weights, tells changed weights from others (0.5: not at all).
        Judged by real images whatever the model was protected with.

        {WorthRow.Head}
        |---|---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', _left)}

        ### Against the goals
        | model | met | missed |
        |---|---|---|
        {string.Join('\n', WorthTargets.Lines(_left.Select(WorthRow.Parse).OfType<WorthRow>()))}

        {StrategiesHeading}
        The measure of published work, for comparison with it: weights are chosen until the answers alone are at chance.
        A target that was not reached is named as such. Rows stay from run to run until they are taken out: those up
        to now were made without `--stealth`, and count accuracy over all examples alike.

        {Head}
        |---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', _rows)}

        ### Against the goals of that
        Worked out from the rows above; of several moves, the one that needed the fewest weights.

        | goal | measured | |
        |---|---|---|
        {string.Join('\n', ResultsGoals.Lines([.. _rows.Select(ResultsRow.Parse).OfType<ResultsRow>()]))}

        """));

    private int? WeightsOf(ResultsCase row) =>
        _rows.Find(known => known.StartsWith(ResultsRow.Key(row), StringComparison.Ordinal)) is { } line
            ? ResultsRow.Parse(line)?.Weights
            : null;
}

using System.Diagnostics;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.State;
using OnnxSplitter.Attacks.Training;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Attacks.Suite;

/// <summary>Attacks an obfuscated model in every way that is known here, and says what each came to.</summary>
public static class AttackSuite
{
    /// <summary>Names of all attacks and controls, with what each does.</summary>
    public static IReadOnlyList<(string Name, AttackNeeds Needs, string What)> Attacks { get; } =
        [.. AttackTable.Rows.Select(attack => (attack.Name, attack.Needs, attack.What))];

    /// <summary>Runs them.</summary>
    /// <param name="options">What to attack.</param>
    /// <param name="progress">Told what runs, on the calling thread.</param>
    /// <param name="cancellation">Stops; what has ended by then is in the state, if one is kept.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static AttackReport Run(
        AttackOptions options, Action<AttackProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (count, done, now) = (0, 0, (Name: "reading the models", Labels: 0));
        var left = 0;
        void Tell(string phase) => progress?.Invoke(new AttackProgress(now.Name, now.Labels, phase, done, count));
        Tell("");
        using var opened = OpenedModels.Open(options, Tell, cancellation);
        var journal = AttackJournal.Open(options);
        var setting = opened.Setting;
        var runs = Planned(options, opened).ToArray();
        var results = new List<AttackResult>();
        var leftOut = new List<string>();
        (count, left) = (runs.Length, runs.Sum(run => run.Attack.Cost));
        var begun = Stopwatch.GetTimestamp();
        foreach (var run in runs)
        {
            cancellation.ThrowIfCancellationRequested();
            now = (run.Attack.Name, run.Labels);
            if (journal.Find(run) is { } known)
            {
                results.AddRange(known.Results);
            }
            else if (options.Budget is { } budget && Stopwatch.GetElapsedTime(begun) is var spent)
            {
                // What is left of the time is shared among what is left to do.
                setting.Deadline = new Deadline(
                    TimeSpan.FromTicks(Math.Max(0, (budget - spent).Ticks) * run.Attack.Cost / left));
                if (spent >= budget) leftOut.Add(run.ToString());
                else Keep(RunOne(run, opened, Tell));
            }
            else
            {
                Keep(RunOne(run, opened, Tell));
            }

            done++;
            left -= run.Attack.Cost;
            progress?.Invoke(new AttackProgress(now.Name, now.Labels, "done", done, count,
                results.Count > 0 && results[^1].Attack == run.Attack.Name ? results[^1] : null));

            void Keep(AttackResult? result)
            {
                if (result is not null) results.Add(result);
                journal.Add(run, result);
            }
        }

        return new AttackReport(opened.Chance, opened.OriginalAccuracy, opened.ObfuscatedAccuracy, results, leftOut);
    }

    private static IEnumerable<PlannedAttack> Planned(AttackOptions options, OpenedModels opened)
    {
        foreach (var name in options.Attacks.Where(name => AttackTable.Rows.All(attack => attack.Name != name)))
            throw new AttackOptionsException($"There is no attack '{name}'.",
                "There are " + string.Join(", ", AttackTable.Rows.Select(attack => attack.Name)) + ".");
        foreach (var attack in AttackTable.Rows)
        {
            if (attack.Needs == AttackNeeds.PublicModel && opened.Setting.Public is null) continue;
            if (options.Quick && !attack.Quick && options.Attacks.Count == 0) continue;
            if (options.Attacks.Count > 0 && !attack.IsControl && !options.Attacks.Contains(attack.Name)) continue;
            if (!attack.TakesLabels)
            {
                yield return new PlannedAttack(attack, 0, null, null);
                continue;
            }

            foreach (var data in opened.Labelled) yield return new PlannedAttack(attack, data.Count, data, null);
            if (options.Quick || attack.Name == "inputs") continue;
            foreach (var data in opened.Queried)
                yield return new PlannedAttack(attack, data.Count, data, AttackNeeds.Queries);
        }
    }

    private static AttackResult? RunOne(PlannedAttack run, OpenedModels opened, Action<string> tell)
    {
        var (setting, begun) = (opened.Setting, Stopwatch.GetTimestamp());
        var before = setting.Evaluations;
        tell("");
        return run.Attack.Run(setting, run.Data) is not { } attempt ? null
            : new AttackResult(run.Attack.Name, run.Needs, run.Attack.IsControl, run.Labels, attempt.How,
                attempt.Accuracy.Value, attempt.Accuracy.StandardError, attempt.Agreement, opened.Found(run, attempt),
                Stopwatch.GetElapsedTime(begun).TotalSeconds, setting.Evaluations - before);
    }
}

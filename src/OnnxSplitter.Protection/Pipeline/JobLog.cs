using System.Diagnostics;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Tells how far a job is, and keeps what the search has told.</summary>
/// <param name="told">Who is told; null if nobody.</param>
internal sealed class JobLog(Action<ProtectionProgress>? told)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<ProtectionProgress> _history = [];

    /// <summary>Seconds since the job began.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>The search's steps.</summary>
    public IReadOnlyList<ProtectionProgress> History => _history;

    /// <summary>Tells what is done next.</summary>
    public void Tell(string phase) =>
        told?.Invoke(new ProtectionProgress(phase, 0, double.NaN, default, double.NaN, 0, _clock.Elapsed));

    /// <summary>Tells and keeps a step of the search.</summary>
    public void Add(string phase, int round, Score found, Metric metric, int changed)
    {
        _history.Add(
            new(phase, round, found.Objective, metric, metric.Utility(found.Accuracy), changed, _clock.Elapsed));
        told?.Invoke(_history[^1]);
    }
}

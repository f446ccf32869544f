using System.Diagnostics;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>Says who was refused and why, a line a second at most.</summary>
internal sealed class RefusalLog(TextWriter output)
{
    private readonly Lock _lock = new();
    private long _last;
    private long _unsaid;

    /// <summary>Says it, or counts it.</summary>
    public void Add(string why)
    {
        lock (_lock)
        {
            if (_last != 0 && Stopwatch.GetElapsedTime(_last) < TimeSpan.FromSeconds(1))
            {
                _unsaid++;
                return;
            }

            output.WriteLine(_unsaid == 0 ? $"refused: {why}" : $"refused: {why} (and {_unsaid} before)");
            output.Flush();
            (_last, _unsaid) = (Stopwatch.GetTimestamp(), 0);
        }
    }
}

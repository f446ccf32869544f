namespace OnnxSplitter.DependencyInjection;

/// <summary>
/// When files are opened anew: those that changed at once, and those that were refused and stay as they are after 1, 2,
/// 4, ... looks. A refusal may be of a data file of gigabytes, all of which is read for its digest.
/// </summary>
internal sealed class RetrySchedule
{
    private const int MostLooks = 64;

    private int _wait = 1;
    private int _passed;

    /// <summary>Asked at each look at the files.</summary>
    /// <param name="changed">Whether they changed since the last.</param>
    /// <param name="refused">Whether they were refused when they were opened last.</param>
    public bool IsDue(bool changed, bool refused)
    {
        if (!changed && (!refused || ++_passed < _wait)) return false;
        _wait = changed ? 1 : Math.Min(2 * _wait, MostLooks);
        _passed = 0;
        return true;
    }
}

namespace OnnxSplitter.Checker;

/// <summary>One check and its outcome.</summary>
internal sealed record Check(string Name, Outcome Outcome, string Detail)
{
    /// <summary>Whether it passed; null if it did not run.</summary>
    public bool? Ok => Outcome == Outcome.NotRun ? null : Outcome == Outcome.Passed;
}

namespace OnnxSplitter.Checker;

/// <summary>What <c>--json</c> prints.</summary>
internal sealed record CheckResult(bool Ok, int Passed, int Failed, int NotRun, IReadOnlyList<Check> Checks);

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>evaluate --json</c> prints.</summary>
/// <param name="Measure">How the model was measured.</param>
/// <param name="Accuracy">What that gave, if by accuracy, balanced over the classes.</param>
/// <param name="Error">What that gave, if by the normalised error.</param>
/// <param name="StandardError">Of either.</param>
/// <param name="Count">On how many examples.</param>
/// <param name="ClassesWithoutExample">Classes that the accuracy says nothing of; null where there are none.</param>
internal sealed record EvaluateResult(
    string Measure, double? Accuracy, double? Error, double StandardError, int Count,
    IReadOnlyList<int>? ClassesWithoutExample);

using System.Text.Json;

namespace OnnxSplitter.Tests.Cli;

/// <summary>The outcomes that <c>onnxsplit-check --json</c> lists.</summary>
internal static class CheckOutcomes
{
    public const string Passed = "passed";
    public const string Failed = "failed";
    public const string NotRun = "not run";

    public static (string Name, string Outcome)[] Checks(Transcript transcript) =>
    [
        .. JsonDocument.Parse(transcript.Output).RootElement.GetProperty("checks").EnumerateArray().Select(check =>
            (check.GetProperty("name").GetString()!, check.GetProperty("outcome").GetString()!)),
    ];
}

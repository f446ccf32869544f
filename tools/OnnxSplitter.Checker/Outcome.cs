using System.Text.Json.Serialization;

namespace OnnxSplitter.Checker;

/// <summary>What came of a check.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
internal enum Outcome
{
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("not run")]
    NotRun,
}

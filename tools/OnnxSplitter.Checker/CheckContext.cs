using System.Text.Json.Serialization;

namespace OnnxSplitter.Checker;

/// <summary>Generated serialisers.</summary>
[JsonSerializable(typeof(CheckResult))]
internal sealed partial class CheckContext : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace OnnxSplitter.Cli.Results;

/// <summary>Generated serialisers, so that the tool starts without reflection.</summary>
[JsonSerializable(typeof(ProtectResult))]
[JsonSerializable(typeof(UnmeasuredResult))]
[JsonSerializable(typeof(RestoreResult))]
[JsonSerializable(typeof(EvaluateResult))]
[JsonSerializable(typeof(AttackOutcome))]
[JsonSerializable(typeof(CorrectionsOutcome))]
[JsonSerializable(typeof(InspectResult))]
[JsonSerializable(typeof(RecipientsResult))]
[JsonSerializable(typeof(TraceResult))]
[JsonSerializable(typeof(InspectModelResult))]
internal sealed partial class ResultContext : JsonSerializerContext;

namespace OnnxSplitter.Cli.Reports;

/// <summary>How much was changed.</summary>
internal sealed record ReportChanges(long Weights, long WeightsTotal, int Tensors, int TensorsTotal, long SecretsBytes);

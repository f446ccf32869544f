namespace OnnxSplitter.Cli.Reports;

/// <summary>How much was changed.</summary>
internal sealed record ReportChanges(int Weights, long WeightsTotal, int Tensors, int TensorsTotal, long SecretsBytes);

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>inspect --json</c> prints of a model.</summary>
internal sealed record InspectModelResult(
    string Model,
    long IrVersion,
    long Opset,
    IReadOnlyList<InspectWeight> Weights,
    IReadOnlyList<InspectSkipped> Skipped,
    long WeightsOfModel);

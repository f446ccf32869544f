namespace OnnxSplitter.Cli.Results;

/// <summary>One touched tensor.</summary>
internal sealed record InspectTensor(string Path, IReadOnlyList<long> Dims, int Weights);

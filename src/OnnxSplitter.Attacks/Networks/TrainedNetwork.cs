namespace OnnxSplitter.Attacks.Networks;

/// <summary>A network with values, ready to be run.</summary>
/// <param name="Values">Of its tensors.</param>
/// <param name="Statistics">Of its normalisations; null where they are as exported.</param>
internal sealed record TrainedNetwork(Parameters Values, RunningStatistics? Statistics = null);

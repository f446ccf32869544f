namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What it costs a host to have layers corrected by a trusted process.</summary>
/// <param name="Layers">Names of the weights of the layers that may change.</param>
/// <param name="Values">
/// Numbers that go in and come out of them, for one example: no more have to be brought there and back.
/// </param>
public sealed record CorrectionsCost(IReadOnlyList<string> Layers, long Values);

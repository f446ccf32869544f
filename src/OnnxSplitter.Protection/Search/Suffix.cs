using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Protection.Search;

/// <summary>A session of the later part of the model.</summary>
/// <param name="Session">Owned by whoever made it.</param>
/// <param name="Crossing">Values on data that it takes, in the order of its inputs.</param>
/// <param name="Constants">Names of the constants that it holds.</param>
internal sealed record Suffix(
    InferenceSession Session, IReadOnlyList<string> Crossing, IReadOnlySet<string> Constants);

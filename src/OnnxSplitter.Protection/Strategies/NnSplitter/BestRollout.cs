using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>The best rollout so far, as far as it can't be made again from the job.</summary>
/// <param name="Picks">The picked filters of each layer.</param>
/// <param name="Changes">By how much each weight of the mask changes.</param>
/// <param name="Score">What it came to.</param>
internal sealed record BestRollout(int[][] Picks, float[] Changes, Score Score);

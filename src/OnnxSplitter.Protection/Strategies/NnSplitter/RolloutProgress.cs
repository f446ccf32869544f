using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>The best rollout so far, as far as it can't be made again from the job.</summary>
/// <param name="Picks">The picked filters of each layer.</param>
/// <param name="Changes">By how much each weight of the mask changes.</param>
/// <param name="Measure">What it came to.</param>
internal sealed record BestRollout(int[][] Picks, float[] Changes, Measure Measure);

/// <summary>Where a search stands between two updates.</summary>
/// <param name="Idle">Updates since the best rollout was found.</param>
/// <param name="Best">Null before the first update, and again after a rejection.</param>
/// <param name="Rejected">The best of those that did not hold on the evaluation data, in case nothing does.</param>
internal sealed record RolloutProgress(int Idle, BestRollout? Best, BestRollout? Rejected);

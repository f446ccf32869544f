namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>Where a search stands between two updates.</summary>
/// <param name="Idle">Updates since the best rollout was found.</param>
/// <param name="Best">Null before the first update, and again after a rejection.</param>
/// <param name="Rejected">The best of those that did not hold on the evaluation data, in case nothing does.</param>
internal sealed record RolloutState(int Idle, BestRollout? Best, BestRollout? Rejected);

namespace OnnxSplitter.Attacks;

/// <summary>How far the attacks are.</summary>
/// <param name="Attack">The one that runs.</param>
/// <param name="Labels">How many labels it has.</param>
/// <param name="Phase">What it does, in a few words.</param>
/// <param name="Done">Attacks that ended.</param>
/// <param name="Count">All of them.</param>
/// <param name="Result">The result, where one has just ended.</param>
public sealed record AttackProgress(
    string Attack, int Labels, string Phase, int Done, int Count, AttackResult? Result = null);

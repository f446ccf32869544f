using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients;

/// <summary>A row of the table: an op, the opsets it covers, and its rule.</summary>
/// <param name="Op">Name.</param>
/// <param name="Since">First default opset in which the rule holds.</param>
/// <param name="Apply">The rule; null for an op that is listed as having no derivative, or is only defined.</param>
/// <param name="Until">Last opset in which it holds.</param>
/// <param name="Broadcasts">The gradients that the rule returns have the output's shape.</param>
/// <param name="Domain">Domain of the op; empty for the default one.</param>
/// <param name="Training">
/// The rule in the training dialect; null where that has none, or from a use of the op that it does not cover.
/// </param>
/// <param name="Define">Writes its definition, which is differentiated in its place.</param>
/// <param name="Covers">
/// Of an op with a definition: whether <paramref name="Training"/> takes this use, so that it is not written out in that dialect.
/// </param>
internal sealed record RuleRow(
    string Op, Rule? Apply, long Since = GraphBuilder.MinimumOpset, long Until = long.MaxValue, bool Broadcasts = false,
    string Domain = "", Definition? Define = null, TrainingRule? Training = null,
    Func<RuleContext, bool>? Covers = null)
{
    /// <summary>Whether it lists the op as having no derivative.</summary>
    public bool Stops => Apply is null && Define is null;
}

using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients;

/// <summary>The functions that write an op's gradient: a rule, a definition, or both.</summary>
/// <param name="Op">The op's type. <see cref="OperatorTable"/> has a row of it.</param>
/// <param name="Apply">The rule; null for an op that is only defined.</param>
/// <param name="Domain">Domain of the op; empty for the default one.</param>
/// <param name="Define">Writes its definition, which is differentiated in its place.</param>
/// <param name="Training">
/// The rule in the training dialect; null where that has none, or from a use of the op that it does not cover.
/// </param>
/// <param name="Covers">
/// Of an op with a definition: whether <paramref name="Training"/> takes this use, so that it is not written out in
/// that dialect.
/// </param>
internal sealed record RuleRow(
    string Op, Rule? Apply = null, string Domain = "", Definition? Define = null, TrainingRule? Training = null,
    Func<RuleContext, bool>? Covers = null)
{
    /// <summary>All else that is known of the op.</summary>
    public Operator Operator { get; } = OperatorTable.Find(Domain, Op)
        ?? throw new InvalidOperationException($"The table of operators has no row of {Domain} {Op}.");
}

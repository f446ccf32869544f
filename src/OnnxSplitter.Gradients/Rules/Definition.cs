namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Writes what an op stands for, out of ops that have rules: the value of each output, null for one that nobody can be
/// given. Null in all where this use of the op is better differentiated by its rule.
/// </summary>
internal delegate string?[]? Definition(RuleContext context);

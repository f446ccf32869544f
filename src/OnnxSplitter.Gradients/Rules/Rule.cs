namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// How an op passes gradients on: from its node and the gradients of its outputs to the gradient of each input, in
/// order, or null for an input that has none. May return fewer entries than there are inputs.
/// </summary>
internal delegate Partial?[] Rule(RuleContext context);

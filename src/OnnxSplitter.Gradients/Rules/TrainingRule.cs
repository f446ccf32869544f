namespace OnnxSplitter.Gradients.Rules;

/// <summary>A rule that may leave a use of its op to another, by returning null.</summary>
internal delegate Partial?[]? TrainingRule(RuleContext context);

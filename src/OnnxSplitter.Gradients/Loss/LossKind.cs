namespace OnnxSplitter.Gradients.Loss;

/// <summary>How far a model's outputs are from where they should be.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy of logits [batch, classes] against target weights of the same shape.</summary>
    /// <remarks>
    /// With one-hot labels this is the usual loss, to be driven up; with one class for all rows it is the collapse
    /// loss, to be driven down.
    /// </remarks>
    CrossEntropyOfLogits,

    /// <summary>The same for outputs that are probabilities already.</summary>
    CrossEntropyOfProbabilities,

    /// <summary>
    /// A smooth stand-in for accuracy: sigmoid(margin / temperature), margin = the log-odds of the target class. Unlike
    /// the cross-entropy it loses interest in examples that are far on either side. Targets are one-hot.
    /// </summary>
    SmoothAccuracy,

    /// <summary>The same for outputs that are probabilities already.</summary>
    SmoothAccuracyOfProbabilities,

    /// <summary>Sum of squared differences from a target of the output's shape.</summary>
    SquaredDifference,

    /// <summary>
    /// Sum of the outputs, each times its target: the gradient of anything whose derivative by the outputs is the
    /// target.
    /// </summary>
    WeightedSum,
}

namespace OnnxSplitter.Data;

/// <summary>How it is measured what a model is still good for.</summary>
public enum Metric
{
    /// <summary>
    /// Share of the examples of a class whose highest score is their label's, averaged over the classes that occur
    /// (<see cref="BalancedAccuracy"/>), 0 to 1. Chance is 1 / classes.
    /// </summary>
    Accuracy,

    /// <summary>
    /// Squared difference from the original's outputs, divided by their variance: 0 for the original, 1 for the best
    /// constant answer. For outputs that are not class scores: maps, boxes, embeddings, sequences.
    /// </summary>
    NormalizedError,
}

namespace OnnxSplitter.Protection.Data;

/// <summary>How it is measured what a model is still good for.</summary>
public enum MeasureKind
{
    /// <summary>Share of the examples whose highest score is their label's, 0 to 1. Chance is 1 / classes.</summary>
    Accuracy,

    /// <summary>
    /// Squared difference from the original's outputs, divided by their variance: 0 for the original, 1 for the best
    /// constant answer. For outputs that are not class scores: maps, boxes, embeddings, sequences.
    /// </summary>
    NormalizedError,
}

/// <summary>The two measures on one scale.</summary>
public static class MeasureKinds
{
    /// <summary>
    /// A measured value as what is left of the model, which searches drive down: the accuracy itself, or 1 - error, which
    /// is the share of the outputs' variance that is still explained. The same the other way round.
    /// </summary>
    public static double Retained(this MeasureKind kind, double value) =>
        kind == MeasureKind.Accuracy ? value : 1 - value;

    /// <summary>Whether a measured value is at least as bad for the model as another.</summary>
    public static bool Reaches(this MeasureKind kind, double value, double target) =>
        kind == MeasureKind.Accuracy ? value <= target : value >= target;
}

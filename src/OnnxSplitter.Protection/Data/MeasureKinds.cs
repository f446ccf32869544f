namespace OnnxSplitter.Protection.Data;

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

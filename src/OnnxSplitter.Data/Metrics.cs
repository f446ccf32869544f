namespace OnnxSplitter.Data;

/// <summary>The two measures on one scale.</summary>
public static class Metrics
{
    /// <summary>
    /// A measured value as what is left of the model, which searches drive down: the accuracy itself, or 1 - error,
    /// which is the share of the outputs' variance that is still explained. The same the other way round.
    /// </summary>
    public static double Utility(this Metric metric, double value) =>
        metric == Metric.Accuracy ? value : 1 - value;

    /// <summary>Whether a measured value is at least as bad for the model as another.</summary>
    public static bool Reaches(this Metric metric, double value, double target) =>
        metric == Metric.Accuracy ? value <= target : value >= target;
}

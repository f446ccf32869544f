using System.Numerics.Tensors;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The examples of a job, labelled one way or another.</summary>
/// <param name="Calibration">What choosing may look at.</param>
/// <param name="Evaluation">What it may not.</param>
/// <param name="Source">Where examples and labels came from.</param>
internal sealed record JobData(Dataset Calibration, Dataset Evaluation, DataSource Source)
{
    // Without data: inputs are drawn in batches of 32.
    private const int DrawnCalibration = 16 * 32;
    private const int DrawnEvaluation = 8 * 32;

    public static JobData Load(ProtectionOptions options, Classifier original)
    {
        var (calibration, evaluation) = Read(options, original.Signature);
        var source = options.CalibrationData is null ? DataSource.RandomInputs
            : calibration.Labels is null ? DataSource.OwnPredictions
            : DataSource.Labels;
        return new JobData(Labelled(calibration, original), Labelled(evaluation, original), source);
    }

    private static (Dataset Calibration, Dataset Evaluation) Read(ProtectionOptions options, ModelSignature signature)
    {
        var evaluation = options.EvaluationData is { } path ? Dataset.Read(path, signature) : null;
        if (options.CalibrationData is null)
            return (Dataset.Random(signature, DrawnCalibration, options.Seed),
                evaluation ?? Dataset.Random(signature, DrawnEvaluation, unchecked(options.Seed + 1)));
        var calibration = Dataset.Read(options.CalibrationData, signature);
        if (evaluation is not null) return (calibration, evaluation);

        // Every third example is set aside, so that data sorted by class still gives both parts all classes.
        if (calibration.Count < 3)
            throw new DataFormatException($"{options.CalibrationData} has {calibration.Count} examples; 3 are the least.",
                "Pass more examples, or evaluation data of its own.");
        var rows = Enumerable.Range(0, calibration.Count).ToLookup(row => row % 3 == 2);
        return (calibration.Pick([.. rows[false]]), calibration.Pick([.. rows[true]]));
    }

    private static Dataset Labelled(Dataset data, Classifier original) =>
        data.Labels is null ? data with { Labels = original.Predict(data) } : data;

    /// <summary>Whether scores are probabilities: none negative, and rows that sum to one.</summary>
    public static bool AreProbabilities(ReadOnlySpan<float> scores, int classes)
    {
        if (TensorPrimitives.Min(scores) < 0) return false;
        for (var start = 0; start < scores.Length; start += classes)
            if (Math.Abs(TensorPrimitives.Sum(scores.Slice(start, classes)) - 1) > 1e-3) return false;
        return true;
    }
}

using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// Judges a protected model by real data, whatever it was protected with, and by a look at its weights.
/// </summary>
internal static class WorthJudge
{
    /// <summary>Protects and judges.</summary>
    /// <param name="row">What to do.</param>
    /// <param name="job">The model, and the data to judge by: what is fitted, and what that is tried on.</param>
    public static WorthRow Run(WorthCase row, ProtectionOptions job)
    {
        var report = ProtectionPipeline.Run(row.Set(job));
        var left = Measure(job, report.Output);
        var readings = left.Outputs[0].Readings;
        using var original = ModelFile.Open(job.Model);
        using var obfuscated = ModelFile.Open(report.Output);
        var found = DetectorSuite.Run(obfuscated, Changed(original, obfuscated));
        using var model = LoadedModel.Open(report.Output);
        var data = Dataset.Read(job.Data.Evaluation!, model.Signature.Inputs);
        var undone = UndoneGuesses.Best(obfuscated, found, repairs =>
        {
            using var repaired = new LoadedModel(RepairedModel.Open(obfuscated, repairs), model.Signature);
            return repaired.Evaluate(data).Value;
        }).Undone;
        return new WorthRow(row.Model, row.How, report.WeightsChanged, report.Seconds, readings[0].Value,
            readings.Where(reading => reading.Labels == 0).Max(reading => reading.Value), readings[^1].Value,
            left.OfOutputs, left.OfInner, undone.Worth, found.Where(one => one.Found > 0)
                .MaxBy(one => one.Auroc / one.MostAuroc)!.Auroc);
    }

    /// <summary>What a model is worth by a job's data.</summary>
    public static WorthLeft Measure(ProtectionOptions job, string output)
    {
        using var original = Sessions.Plain.Open(job.Model);
        var inputs = ModelInput.Of(original);
        var calibration = Dataset.Read(job.Data.Calibration!, inputs);
        using var model = new LoadedModel(original, ModelSignature.Of(original, calibration));
        using var file = ModelFile.Open(job.Model);
        return new WorthMeter(file, model, calibration, Dataset.Read(job.Data.Evaluation!, inputs)).Measure(output);
    }

    private static Dictionary<string, IReadOnlyList<long>> Changed(ModelFile original, ModelFile obfuscated)
    {
        var changed = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        foreach (var (before, after) in original.Weights.Zip(obfuscated.Weights))
        {
            using var left = original.OpenPart(before.Storage.File);
            using var right = obfuscated.OpenPart(after.Storage.File);
            var old = WeightPatcher.ReadRange(left, before, 0, (int)before.Count);
            var now = WeightPatcher.ReadRange(right, after, 0, (int)after.Count);
            long[] differ = [.. Enumerable.Range(0, old.Length).Where(i => old[i] != now[i]).Select(i => (long)i)];
            if (differ.Length > 0) changed[after.Path] = differ;
        }

        return changed;
    }
}

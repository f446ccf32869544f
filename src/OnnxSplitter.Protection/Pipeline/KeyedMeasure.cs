using OnnxSplitter.Data;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What an obfuscated model is still good for whose weights a key changed.</summary>
/// <param name="Obfuscated">By the job's metric.</param>
/// <param name="Worth">What is left of its worth; null where that was not asked.</param>
/// <param name="Unprotected">The outputs that are not protected.</param>
/// <param name="Target">What was to be reached by the metric.</param>
/// <param name="Reached">Whether everything was.</param>
internal sealed record KeyedMeasure(
    Measured Obfuscated, WorthLeft? Worth, IReadOnlyList<UnprotectedOutput> Unprotected, double Target, bool Reached)
{
    /// <summary>Measures the written file.</summary>
    public static KeyedMeasure Of(JobPlan plan, JobOriginal original, ObfuscatedOutput written)
    {
        var goals = WorthGoals.Of(plan.Options.Search.TargetWorth);
        var readings = original.Meter?.Open(written.StagedPath);
        var obfuscated = readings?.Answers() ?? Evaluate(plan, original, written);
        var outputs = ModelOutputs.Of(plan.Model);
        var worth = readings?.Left(_ => true);
        worth = worth?.Of([.. worth.Outputs.Select(output => output.Name)
            .Where(name => outputs.Counts(name, plan.Options.Data.ModelOutput))]);
        var unprotected = worth is null ? [] : goals.Unprotected(worth);
        var target = TargetOf(plan, original, goals);
        return new KeyedMeasure(obfuscated, worth, unprotected, target,
            (double.IsNaN(obfuscated.Value) || original.Target.Metric.Reaches(obfuscated.Value, target))
            && !unprotected.Any(one => one.Fails)
            && (worth is null || !goals.Required || goals.AreMet(worth)));
    }

    private static Measured Evaluate(JobPlan plan, JobOriginal original, ObfuscatedOutput written)
    {
        using var model = new LoadedModel(
            plan.Options.Sessions.Open(written.StagedPath, plan.IsLarge), original.Model.Signature);
        return model.Evaluate(original.Data.Evaluation);
    }

    /// <summary>
    /// Nothing brings a model that knows nothing nearer to chance: how far it is from it is the key's luck. So, of
    /// what the original has above chance, as much may be left as any reading of class scores may give.
    /// </summary>
    private static double TargetOf(JobPlan plan, JobOriginal original, WorthGoals goals)
    {
        var target = original.Target;
        if (target.Metric != Metric.Accuracy || plan.Options.Search.TargetAccuracy is not null) return target.Value;
        return Math.Max(target.Value, goals.MostAccuracy(target.Chance.Value, original.Measured.Value));
    }
}

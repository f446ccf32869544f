using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What a search came to, as it was written: measured, marked for each variant, and restored.</summary>
internal sealed class JobOutcome : IDisposable
{
    private readonly JobPlan _plan;
    private readonly JobOriginal _original;
    private readonly JobSearch _search;
    private readonly SearchContext _found;
    private readonly VariantSet _variants;

    /// <summary>Measures the model that a search came to.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="original">Its original.</param>
    /// <param name="search">Its search.</param>
    /// <param name="found">What that came to.</param>
    public JobOutcome(JobPlan plan, JobOriginal original, JobSearch search, SearchContext found)
    {
        (_plan, _original, _search, _found) = (plan, original, search, found);
        Obfuscated = search.Gate.Evaluate(found.Accepted);
        Worth = search.Gate.Worth(found.Accepted)?.Of(search.Counted);
        Undone = Worth is null ? null : search.Gate.Undone(found.Accepted, found.Cancellation)?.Undone;
        Unprotected = Worth is null ? [] : search.Goals.Unprotected(Worth);
        Reached = original.Target.IsReachedBy(Obfuscated) && !Unprotected.Any(one => one.Fails)
            && (Worth is null || !search.Goals.Required || search.Goals.AreMet(Worth));
        _variants = new VariantSet(plan.Options.Variants, plan.Targets);
    }

    /// <summary>Of the obfuscated model; of the variant that has kept most.</summary>
    public Measured Obfuscated { get; private set; }

    /// <summary>Of the restored model; NaN where nothing was restored.</summary>
    public Measured Restored { get; private set; } = new(double.NaN, double.NaN);

    /// <summary>What is left of the model's worth; null where that was not asked.</summary>
    public WorthLeft? Worth { get; }

    /// <summary>What a look at the weights brings back; null where that was not asked.</summary>
    public UndoneGuesses? Undone { get; }

    /// <summary>The outputs that are not protected.</summary>
    public IReadOnlyList<UnprotectedOutput> Unprotected { get; }

    /// <summary>Whether everything that was asked for is reached.</summary>
    public bool Reached { get; private set; }

    /// <summary>The variants that were written.</summary>
    public IReadOnlyList<VariantReport> Variants => _variants.Reports;

    /// <summary>What is to get its names: a model for all, or one for each variant.</summary>
    public IReadOnlyList<ObfuscatedOutput> Outputs { get; private set; } = [];

    /// <summary>The one whose figures are shown.</summary>
    public ObfuscatedOutput Shown => Outputs[_variants.Any ? _variants.Weakest(_original.Target.Metric) : 0];

    private bool IsWanted => Reached || _plan.Options.AcceptBest;

    /// <summary>Writes the variants, if there are any, and restores whatever was written.</summary>
    /// <param name="log">Told before each variant.</param>
    /// <returns>Whether this is what the job leaves.</returns>
    public bool Complete(JobLog log)
    {
        if (_search.Gate.Output is not { } output || !IsWanted) return false;
        if (_variants.Any)
        {
            WriteVariants(log);
            if (!IsWanted) return false;
        }

        Outputs = _variants.Any ? [.. _variants.Outputs] : [output];
        var metric = _original.Target.Metric;
        Restored = Outputs.Select(one => RestoredMeasure.Of(_plan, _original, one))
            .MinBy(measured => metric.Utility(measured.Value));
        return ProtectionReport.RestoresClosely(
            _plan.Options.Compact, metric, _original.Measured.Value, Restored.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _variants.Dispose();

    private void WriteVariants(JobLog log)
    {
        _variants.Write(_found, _original.Target.Value, target => _search.OpenGate(target, meter: null),
            variant => log.Tell($"marking the variant of {variant.Name}"));
        var weakest = Variants[_variants.Weakest(_original.Target.Metric)];
        Obfuscated = new(weakest.Obfuscated, weakest.StandardError);
        Reached &= _variants.MeetsTarget;
    }
}

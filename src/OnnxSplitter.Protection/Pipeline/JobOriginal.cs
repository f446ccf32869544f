using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The original in a session, with the examples, what it has on them, and what it is to lose.</summary>
internal sealed class JobOriginal : IDisposable
{
    private JobOriginal(JobData data, LoadedModel model, JobTarget target, WorthMeter? meter, Measured measured) =>
        (Data, Model, Target, Meter, Measured) = (data, model, target, meter, measured);

    /// <summary>The examples.</summary>
    public JobData Data { get; }

    /// <summary>The original in a session.</summary>
    public LoadedModel Model { get; }

    /// <summary>What is to be reached.</summary>
    public JobTarget Target { get; }

    /// <summary>Measures what is left of its worth; null if that is not asked.</summary>
    public WorthMeter? Meter { get; }

    /// <summary>What the original has on the evaluation data.</summary>
    public Measured Measured { get; }

    /// <summary>Opens and measures it.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="log">Told what is done.</param>
    /// <exception cref="DataFormatException">There is nothing to lose, or there are too few examples.</exception>
    public static JobOriginal Open(JobPlan plan, JobLog log)
    {
        var options = plan.Options;
        var (data, model) = plan.Load();
        try
        {
            var target = JobTarget.Of(options, model, data.Evaluation);
            log.Tell("measuring the original");
            var meter = options.AimsAtWorth
                ? new WorthMeter(plan.Model, model, data.Calibration, data.Evaluation, options.Sessions)
                : null;
            var measured = meter?.Original ?? model.Evaluate(data.Evaluation);
            if (options.AimsAtWorth && target.IsReachedBy(measured))
                throw new DataFormatException(
                    "The original is no better than guessing on these examples, so there is nothing that it could "
                    + "lose.",
                    "Check that labels are the numbers of the model's classes. If its output is an embedding, set "
                    + "Embedding; if other values than class scores, Metric to error.")
                {
                    Properties = [nameof(DataSettings.Embedding), nameof(DataSettings.Metric)],
                };
            if (target.Metric == Metric.Accuracy && options.Search.TargetAccuracy is null)
                EnoughExamples.Check(data.Evaluation.Labels!, measured.Value, data.More);
            return new JobOriginal(data, model, target, meter, measured);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Counts opens, for any collector of the platform's metrics and traces.</summary>
internal sealed class ModelMeter
{
    private readonly Counter<long> _opens;
    private readonly Histogram<double> _duration;

    public ModelMeter(IMeterFactory factory)
    {
        var meter = factory.Create(ProtectedModelTelemetry.Name);
        _opens = meter.CreateCounter<long>(
            "onnxsplitter.model.opens", "{open}", "Opens of protected models, refused ones too.");
        _duration = meter.CreateHistogram<double>(
            "onnxsplitter.model.open.duration", "ms", "How long opening a protected model took.");
    }

    /// <param name="model">The name it was added by.</param>
    /// <param name="reason">Why it was refused; null if it was opened.</param>
    /// <param name="milliseconds">How long that took.</param>
    public void Count(string model, string? reason, double milliseconds)
    {
        var tags = new TagList { { "model", model }, { "outcome", reason is null ? "opened" : "refused" } };
        if (reason is not null) tags.Add("reason", reason);
        _opens.Add(1, tags);
        _duration.Record(milliseconds, tags);
    }
}

using OnnxSplitter.Data;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Measures what a written model is restored to.</summary>
internal static class RestoredMeasure
{
    // Enough to see any difference between two sessions.
    private const int ComparedExamples = 64;

    /// <summary>
    /// The restored model is the original byte for byte, which restoring has checked. That its session computes the
    /// same is seen on one batch, bit for bit; so it measures as the original does. Compact secrets restore another
    /// model.
    /// </summary>
    public static Measured Of(JobPlan plan, JobOriginal measured, ObfuscatedOutput output)
    {
        var original = measured.Model;
        var session = plan.Options.Sessions.Open("the restored model",
            settings => ProtectedModel.Open(output.StagedPath, output.Secrets, new() { Session = settings }),
            plan.IsLarge);
        using var restored = new LoadedModel(session, original.Signature);
        var batch = original.Signature.Sample(measured.Data.Evaluation, ComparedExamples);
        return plan.Options.Compact is null
            && restored.Outputs(batch).AsSpan().SequenceEqual(original.Outputs(batch))
            ? measured.Measured
            : restored.Evaluate(measured.Data.Evaluation);
    }
}

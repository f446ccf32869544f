namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The whole job: choose weights, write the obfuscated model, seal the secrets, measure what was written.</summary>
public static class ProtectionPipeline
{
    /// <summary>Runs a job.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told about every round, on the calling thread.</param>
    /// <param name="cancellation">Stops between rounds; nothing is written then.</param>
    public static ProtectionReport Run(
        ProtectionOptions options,
        Action<ProtectionProgress>? progress = null,
        CancellationToken cancellation = default) => throw new NotImplementedException();
}

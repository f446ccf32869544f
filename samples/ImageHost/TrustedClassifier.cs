using Microsoft.Extensions.Diagnostics.HealthChecks;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime.Secured;

namespace ImageHost;

/// <summary>A classifier in a trusted process, which may come and go.</summary>
internal sealed class TrustedClassifier(string obfuscated, SecuredEndpoint endpoint) : IHealthCheck, IDisposable
{
    private readonly Lock _lock = new();
    private SecuredModel? _model;

    /// <summary>Classifies a picture.</summary>
    /// <exception cref="SecuredException">The trusted process does not answer.</exception>
    public Answer Classify(float[] image) => Classifier.Classify(Open(), image);

    /// <summary>Whether the trusted process answers.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            _ = Classify(new float[Picture.Side * Picture.Side]);
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (OnnxSplitterException e)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy($"{e.Message} {e.Remedy}"));
        }
    }

    public void Dispose() => _model?.Dispose();

    private SecuredModel Open()
    {
        lock (_lock) return _model ??= SecuredModel.Open(obfuscated, endpoint);
    }
}

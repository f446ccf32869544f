using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OnnxSplitter.DependencyInjection;

/// <summary>
/// Healthy while the newest files are served, degraded while older ones are since the newest were refused, and
/// unhealthy without a session.
/// </summary>
internal sealed class ModelHealthCheck(ProtectedModelService model) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (model.Opened is not { } opened)
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, "It is not open."));
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["generation"] = model.Generation,
            ["opened"] = opened,
        };
        return Task.FromResult(model.ReloadFailure is { } failure
            ? HealthCheckResult.Degraded($"The files changed and were refused; the former model is served. {failure}",
                data: data)
            : HealthCheckResult.Healthy(data: data));
    }
}

using Microsoft.Extensions.Hosting;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Opens a model before anything of the host starts, so that no request meets a host without it.</summary>
internal sealed class ModelStarter(ProtectedModelService model) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => model.StartAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => model.StopAsync();
}

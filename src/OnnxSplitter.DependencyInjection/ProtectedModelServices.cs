using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Adds protected models to a host's services.</summary>
public static class ProtectedModelServices
{
    /// <summary>
    /// Adds a protected model, as a keyed singleton <see cref="ProtectedModelService"/> of that name, with a health
    /// check of the same name. It is opened before the host's other services start; if that fails, the host does not
    /// start.
    /// </summary>
    /// <param name="services">Gets it.</param>
    /// <param name="name">The key; the name in logs, metrics and health checks.</param>
    /// <param name="configuration">Section that <see cref="ProtectedModelServiceOptions"/> are bound from.</param>
    /// <param name="session">
    /// Makes the session options, anew for each open, which disposes them afterwards; null for the usual ones.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentException">The name is empty, or was added before.</exception>
    public static IServiceCollection AddProtectedModel(
        this IServiceCollection services,
        string name,
        IConfiguration configuration,
        Func<IServiceProvider, SessionOptions>? session = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        // A misspelt key would else be a setting that silently does not hold.
        services.AddOptions<ProtectedModelServiceOptions>(name)
            .Bind(configuration, binder => binder.ErrorOnUnknownConfiguration = true);
        return Add(services, name, session);
    }

    /// <summary>The same, with options that the caller sets.</summary>
    /// <param name="services">Gets it.</param>
    /// <param name="name">The key; the name in logs, metrics and health checks.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="session">As above.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentException">The name is empty, or was added before.</exception>
    public static IServiceCollection AddProtectedModel(
        this IServiceCollection services,
        string name,
        Action<ProtectedModelServiceOptions> configure,
        Func<IServiceProvider, SessionOptions>? session = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(name, configure);
        return Add(services, name, session);
    }

    private static IServiceCollection Add(
        IServiceCollection services, string name, Func<IServiceProvider, SessionOptions>? session)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(service => service.IsKeyedService
            && service.ServiceType == typeof(ProtectedModelService)
            && string.Equals(service.ServiceKey as string, name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"A protected model {name} was added before.", nameof(name));
        services.AddMetrics();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ProtectedModelServiceOptions>, OptionsCheck>());
        services.TryAddSingleton<ModelMeter>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, (provider, _) => new ProtectedModelService(
            name,
            new ModelOpener(provider.GetRequiredService<IOptionsMonitor<ProtectedModelServiceOptions>>().Get(name),
                session is null ? null : () => session(provider)),
            ActivatorUtilities.CreateInstance<ModelJournal>(provider, name),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHostedService>(provider =>
            new ModelStarter(provider.GetRequiredKeyedService<ProtectedModelService>(name)));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name,
            provider => new ModelHealthCheck(provider.GetRequiredKeyedService<ProtectedModelService>(name)),
            failureStatus: null,
            tags: null));
        return services;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.DependencyInjection;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.DependencyInjection;

/// <summary>A host with one protected model, its files in a folder of its own, and what it logged.</summary>
internal sealed class ServedModel : IDisposable
{
    public const string Name = "classifier";

    private readonly TemporaryFolder _folder = new();
    private readonly ListLoggers _loggers = new();
    private IHost? _host;

    public ServedModel()
    {
        KeyFiles.WritePem(TestKeys.Alice, _folder["alice.pem"], _folder["alice.crt"], overwrite: false);
        File.WriteAllText(_folder["signer.crt"], TestKeys.Signer.ExportCertificatePem());
        Settings = new(StringComparer.Ordinal)
        {
            ["Model"] = _folder["shipped.onnx"],
            ["Secrets"] = _folder["shipped.p7m"],
            ["Trust"] = _folder["signer.crt"],
            ["Identity"] = _folder["alice.pem"],
            ["ReloadInterval"] = "00:00:00.05",
        };
    }

    /// <summary>The configuration's section.</summary>
    public Dictionary<string, string?> Settings { get; }

    public string this[string file] => _folder[file];

    public IReadOnlyList<string> Log => _loggers.Lines;

    public IServiceProvider Services => _host!.Services;

    public ProtectedModelService Model => Services.GetRequiredKeyedService<ProtectedModelService>(Name);

    /// <summary>Puts a sample's files in the host's folder, each by a rename.</summary>
    public void Ship(ProtectedSample sample)
    {
        Replace("shipped.onnx", File.ReadAllBytes(sample.Obfuscated));
        Replace("shipped.p7m", SecretsEnvelope.Seal(sample.Secrets, TestKeys.Signer, [TestKeys.Alice]));
    }

    public void Replace(string file, byte[] content)
    {
        File.WriteAllBytes(_folder[file + ".new"], content);
        File.Move(_folder[file + ".new"], _folder[file], overwrite: true);
    }

    public Task StartAsync(Func<IServiceProvider, SessionOptions>? session = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(
            Settings.Select(pair => KeyValuePair.Create($"Models:{pair.Key}", pair.Value)));
        builder.Logging.AddProvider(_loggers);
        builder.Services.AddProtectedModel(Name, builder.Configuration.GetSection("Models"), session);
        _host = builder.Build();
        return _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task StopAsync() => _host!.StopAsync(TestContext.Current.CancellationToken);

    public async Task<HealthReportEntry> HealthAsync()
    {
        var report = await Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries[Name];
    }

    /// <summary>Waits until the host has noticed something.</summary>
    public static async Task UntilAsync(Func<bool> seen)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!seen()) await Task.Delay(10, limit.Token);
    }

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }

    private sealed class ListLoggers : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add($"{eventId.Name} {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}

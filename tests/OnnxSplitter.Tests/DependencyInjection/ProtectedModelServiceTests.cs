using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.DependencyInjection;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.DependencyInjection;

public sealed class ProtectedModelServiceTests
{
    private const string Passphrase = "correct horse";

    [Fact]
    public async Task A_host_serves_the_original_and_says_so()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        using var original = new InferenceSession(sample.Original);

        await served.StartAsync();

        using (var lease = served.Model.Borrow())
            Assert.Equal(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(lease.Session));
        Assert.Equal(HealthStatus.Healthy, (await served.HealthAsync()).Status);
        Assert.Single(served.Log, line => line.StartsWith("ModelOpened", StringComparison.Ordinal)
            && line.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(served["shipped.p7m"]))),
                StringComparison.Ordinal));
        await served.StopAsync();
    }

    [Fact]
    public async Task A_host_whose_secrets_are_not_trusted_does_not_start()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        File.WriteAllText(served["signer.crt"], TestKeys.OtherSigner.ExportCertificatePem());

        var e = await Assert.ThrowsAsync<SecretsException>(() => served.StartAsync());

        Assert.Equal(SecretsFailure.NotTrusted, e.Failure);
        Assert.Throws<InvalidOperationException>(() => served.Model.Borrow());
        Assert.Equal(HealthStatus.Unhealthy, (await served.HealthAsync()).Status);
        Assert.Contains(served.Log, line => line.StartsWith("ModelRefused", StringComparison.Ordinal)
            && line.Contains("not_trusted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Trust", null, "lack Trust")]
    [InlineData("Modle", "x.onnx", "Modle")]
    [InlineData("ReloadInterval", "5", "5 days")]
    [InlineData("ReloadInterval", "00:00:00.0001", "below a millisecond")]
    [InlineData("Digests", "7", "Give their names")]
    [InlineData("Allowed", "999", "Give their names")]
    public async Task Settings_that_can_not_be_meant_are_refused_by_name(string key, string? value, string said)
    {
        using var served = new ServedModel();
        if (value is null) served.Settings.Remove(key);
        else served.Settings[key] = value;

        var e = await Assert.ThrowsAnyAsync<Exception>(() => served.StartAsync());

        Assert.True(e is OptionsValidationException or InvalidOperationException, e.ToString());
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_options_are_the_hosts_and_hold_what_is_refused()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        await Assert.ThrowsAsync<UnsafeOptionsException>(() => served.StartAsync(
            _ => new SessionOptions { OptimizedModelFilePath = served["optimized.onnx"] }));
        Assert.False(File.Exists(served["optimized.onnx"]));
    }

    [Fact]
    public async Task Changed_files_are_served_while_requests_in_flight_end_on_the_old_ones()
    {
        using var first = new ProtectedSample();
        using var second = new ProtectedSample("vit-fmnist.onnx");
        using var served = new ServedModel();
        served.Ship(first);
        await served.StartAsync();
        var model = served.Model;
        using var old = model.Borrow();
        var before = ProtectedModelTests.Bits(old.Session);
        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var runs = 0;
            for (; !done.IsCancellationRequested; runs++)
            {
                using var lease = model.Borrow();
                ProtectedModelTests.Bits(lease.Session);
            }

            return runs;
        })).ToArray();

        served.Ship(second);
        await ServedModel.UntilAsync(() => model.Generation > 1 && model.ReloadFailure is null);
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(load), runs => Assert.True(runs > 0));
        Assert.Equal(before, ProtectedModelTests.Bits(old.Session));
        using var original = new InferenceSession(second.Original);
        using var lease = model.Borrow();
        Assert.Equal(ProtectedModelTests.Bits(original), ProtectedModelTests.Bits(lease.Session));
    }

    [Fact]
    public async Task A_file_of_the_same_length_and_time_of_writing_is_noticed()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        await served.StartAsync();
        var written = File.GetLastWriteTimeUtc(served["shipped.p7m"]);
        var secrets = File.ReadAllBytes(served["shipped.p7m"]);
        secrets[^1] ^= 1;

        File.WriteAllBytes(served["other"], secrets);
        File.SetLastWriteTimeUtc(served["other"], written);
        File.Move(served["other"], served["shipped.p7m"], overwrite: true);

        await ServedModel.UntilAsync(() => served.Model.ReloadFailure is not null);
    }

    [Fact]
    public async Task Changed_files_that_are_refused_leave_the_old_model_and_the_reason()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        await served.StartAsync();
        var model = served.Model;

        served.Replace("shipped.onnx", [8, 7, 6]);
        await ServedModel.UntilAsync(() => model.ReloadFailure is not null);

        var health = await served.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("instead of", health.Description, StringComparison.Ordinal);
        using (var lease = model.Borrow()) Assert.Equal(1, lease.Generation);

        served.Ship(sample);
        await ServedModel.UntilAsync(() => model.ReloadFailure is null);
        Assert.Equal(HealthStatus.Healthy, (await served.HealthAsync()).Status);
    }

    [Fact]
    public async Task A_session_is_disposed_once_it_is_retired_and_returned()
    {
        using var hosted = new HostedModel();
        using var served = new ServedModel();
        served.Settings["Model"] = hosted.Path;
        served.Settings["Secrets"] = hosted.Secrets;
        served.Settings["Trust"] = served["alice.crt"];
        await served.StartAsync();
        var model = served.Model;
        var lease = model.Borrow();
        await served.StopAsync();
        await model.DisposeAsync();

        Assert.True(IsMapped());
        lease.Dispose();
        Assert.False(IsMapped());

        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Session);
        Assert.Throws<InvalidOperationException>(() => model.Borrow());

        bool IsMapped() => File.ReadAllText("/proc/self/maps").Contains(
            hosted.Folder[HostedModel.Data], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opens_are_counted_and_nothing_secret_is_logged()
    {
        using var sample = new ProtectedSample();
        using var served = new ServedModel();
        served.Ship(sample);
        using (var key = TestKeys.Alice.GetRSAPrivateKey()!)
            File.WriteAllText(served["alice.pem"], TestKeys.Alice.ExportCertificatePem() + "\n"
                + key.ExportEncryptedPkcs8PrivateKeyPem(
                    Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllText(served["passphrase"], Passphrase + "\n");
        served.Settings["PassphraseFile"] = served["passphrase"];
        List<string> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Meter.Name == ProtectedModelTelemetry.Name) to.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (seen) seen.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(x => x.Value))}");
        });
        listener.Start();

        await served.StartAsync();

        Assert.Contains($"onnxsplitter.model.opens 1 {ServedModel.Name} opened", seen);
        Assert.DoesNotContain(served.Log, line => line.Contains(Passphrase, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_is_added_once()
    {
        var services = new ServiceCollection();
        services.AddProtectedModel("a", options => options.Model = "a.onnx");
        Assert.Throws<ArgumentException>(
            () => services.AddProtectedModel("A", options => options.Model = "b.onnx"));
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

public sealed class RotateTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_rotated_model_has_other_weights_changed_and_restores_to_the_same_original()
    {
        Rotate().Done();

        Assert.NotEqual(File.ReadAllBytes(_sample.Obfuscated), File.ReadAllBytes(_sample.Folder["new.onnx"]));
        Restore("new.onnx", "new.p7m").Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
        Assert.Empty(Changed(_sample.Secrets).Intersect(Changed(_sample.Folder["new.p7m"])));
    }

    [Fact]
    public void Old_secrets_do_not_fit_the_rotated_model_nor_new_ones_the_old()
    {
        Rotate().Done();

        Restore("new.onnx", Path.GetFileName(_sample.Secrets)).Refused(5);
        Restore(Path.GetFileName(_sample.Obfuscated), "new.p7m").Refused(5);
    }

    [Fact]
    public void A_gradient_search_avoids_the_weights_that_were_changed_before()
    {
        Rotate("--strategy", "gradient", "--target-accuracy", "0.8").Done();

        Assert.Empty(Changed(_sample.Secrets).Intersect(Changed(_sample.Folder["new.p7m"])));
    }

    [Fact]
    public void Its_report_says_how_to_rotate_again()
    {
        Rotate("--strategy", "random", "--max-weights", "3", "--target-accuracy", "1", "--report",
            _sample.Folder["r.json"]).Done();

        var command = JsonDocument.Parse(File.ReadAllText(_sample.Folder["r.json"])).RootElement
            .GetProperty("reproduction").GetProperty("commandLine").GetString()!;
        Assert.StartsWith($"onnxsplit rotate {_sample.Obfuscated} --secrets {_sample.Secrets} --identity", command,
            StringComparison.Ordinal);
        Assert.Contains($"--new-secrets {_sample.Folder["new.p7m"]}", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_report_says_of_each_file_what_it_is_called_and_its_digest()
    {
        Rotate("--strategy", "random", "--max-weights", "3", "--target-accuracy", "1", "--report",
            _sample.Folder["r.json"]).Done();

        var files = JsonDocument.Parse(File.ReadAllText(_sample.Folder["r.json"])).RootElement
            .GetProperty("reproduction").GetProperty("files").EnumerateArray()
            .ToDictionary(file => file.GetProperty("role").GetString()!, file => (
                file.GetProperty("name").GetString(), file.GetProperty("sha256").GetString(),
                file.GetProperty("bytes").GetInt64()), StringComparer.Ordinal);
        Assert.Equal(4, files.Count);
        Assert.Equal(("-", Listed(_sample.Original).Sha256, Listed(_sample.Original).Bytes),
            files["original model, restored in memory"]);
        Assert.Equal(Listed(_sample.Obfuscated), files["former obfuscated model"]);
        Assert.Equal(Listed(_sample.Folder["new.onnx"]), files["obfuscated model"]);
        Assert.Equal(Listed(Examples.Calibration(384)), files["calibration data"]);

        static (string? Name, string? Sha256, long Bytes) Listed(string path) => (Path.GetFileName(path),
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), new FileInfo(path).Length);
    }

    [Fact]
    public void Terms_stay_but_for_those_that_are_given_anew()
    {
        var former = new SecretsTerms { Audience = "clinic", NotAfter = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        using (var signer = Identity.Of(TestKeys.Signer))
            File.WriteAllBytes(_sample.Secrets, SecretsEnvelope.Seal(
                _sample.Plain.Secrets, signer, [TestKeys.Alice], new SealOptions { Terms = former }));

        Rotate("--strategy", "random", "--max-weights", "3", "--target-accuracy", "1", "--not-after",
            "2099-12-31T12:00:00Z").Done();

        Assert.Equal(
            former with { NotAfter = new(2099, 12, 31, 12, 0, 0, TimeSpan.Zero) },
            SecretsEnvelope.Inspect(File.ReadAllBytes(_sample.Folder["new.p7m"])).Terms);
    }

    [Theory]
    [InlineData("other", "vendor", 4)]
    [InlineData("device", "stranger", 5)]
    public void Whoever_can_not_open_the_secrets_can_not_rotate(string identity, string trust, int code) =>
        _sample.AssertNothingNew(() => Transcript.Of(Arguments(identity, trust)).Refused(code));

    [Fact]
    public void The_controller_is_not_for_rotating() => Rotate("--strategy", "nnsplitter").Refused(2, "rotate");

    private Transcript Rotate(params string[] more) => Transcript.Of([
        .. Arguments("device", "vendor"),
        .. more.Length > 0 ? more : ["--strategy", "random", "--max-weights", "3", "--target-accuracy", "1"],
    ]);

    private string[] Arguments(string identity, string trust) =>
    [
        "rotate", _sample.Obfuscated, "-s", _sample.Secrets, "-i", _sample.Folder[$"{identity}.pem"], "--trust",
        _sample.Folder[$"{trust}.crt"], "--signer", _sample.Folder["vendor.pem"], "-r", _sample.Folder["device.crt"],
        "-o", _sample.Folder["new.onnx"], "--new-secrets", _sample.Folder["new.p7m"],
        "--data", Examples.Calibration(384),
    ];

    private Transcript Restore(string model, string secrets) => Transcript.Of(
        "restore", _sample.Folder[model], "-s", _sample.Folder[secrets], "-i", _sample.Folder["device.pem"], "--trust",
        _sample.Folder["vendor.crt"], "-o", _sample.Restored);

    private static (string Path, long Index)[] Changed(string secrets)
    {
        using var opened = SecretsEnvelope.Open(File.ReadAllBytes(secrets), TestKeys.Signer, TestKeys.Alice);
        return [.. opened.Tensors.SelectMany(tensor => tensor.Indices.Select(index => (tensor.Path, index)))];
    }
}

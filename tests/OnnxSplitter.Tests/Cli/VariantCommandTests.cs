using System.Text.Json;

namespace OnnxSplitter.Tests.Cli;

public sealed class VariantCommandTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_leaked_variant_is_traced_to_its_recipient_with_the_vendors_key()
    {
        var json = JsonDocument.Parse(Protect().Output).RootElement;

        var variants = json.GetProperty("variants").EnumerateArray().ToArray();
        Assert.Equal(2, variants.Length);
        foreach (var variant in variants)
        {
            var trace = Trace(variant.GetProperty("output").GetString()!);
            trace.Done();
            Assert.Equal(variant.GetProperty("secrets").GetString(),
                JsonDocument.Parse(trace.Output).RootElement.GetProperty("variant").GetString());
        }
    }

    [Fact]
    public void The_original_is_traced_to_nobody()
    {
        Protect().Done();

        Trace(_sample.Original).Refused(1, "can't be told");
    }

    [Fact]
    public void A_variant_is_restored_by_its_recipient()
    {
        var first = JsonDocument.Parse(Protect().Output).RootElement.GetProperty("variants")[0];

        Transcript.Of(
            "restore", first.GetProperty("output").GetString()!, "-s", first.GetProperty("secrets").GetString()!,
            "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"], "-o", _sample.Restored).Done();

        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
    }

    [Fact]
    public void An_existing_variant_is_not_replaced_without_force()
    {
        Protect().Done();

        _sample.AssertNothingNew(() => Protect().Refused(6, "exists"));
    }

    [Fact]
    public void Compact_secrets_and_variants_exclude_each_other() =>
        Protect("--compact").Refused(2, "--variant-per-recipient");

    [Theory]
    [InlineData("no secrets")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    public void Secrets_that_do_not_open_are_said_to_be_left_out(string content)
    {
        Protect().Done();
        File.WriteAllText(Path.Combine(_sample.Folder["variants"], "broken.p7m"), content);

        var trace = Transcript.Of(TraceArguments(_sample.Original));

        Assert.Contains("broken.p7m does not open", trace.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stranger", "vendor", 4)]
    [InlineData("vendor", "stranger", 5)]
    public void Secrets_none_of_which_opens_are_refused_as_everywhere(string identity, string trust, int code)
    {
        Protect().Done();
        File.WriteAllText(Path.Combine(_sample.Folder["variants"], "a.p7m"), "no secrets");
        var arguments = TraceArguments(_sample.Original);
        arguments[Array.IndexOf(arguments, "-i") + 1] = _sample.Folder[$"{identity}.pem"];
        arguments[^1] = _sample.Folder[$"{trust}.crt"];

        Transcript.Of(arguments).Refused(code);
    }

    [Theory]
    [InlineData("missing.onnx", "does not exist")]
    [InlineData("vendor.crt", "")]
    public void A_leaked_model_that_cannot_be_read_is_told_before_a_key_is(string leaked, string message)
    {
        Directory.CreateDirectory(_sample.Folder["variants"]);
        File.Copy(_sample.Secrets, Path.Combine(_sample.Folder["variants"], "a.p7m"));
        File.Delete(_sample.Folder["vendor.pem"]);

        Transcript.Of(TraceArguments(_sample.Folder[leaked])).Refused(3, message);
    }

    private Transcript Protect(params string[] more)
    {
        Directory.CreateDirectory(_sample.Folder["variants"]);
        return Transcript.Of([
            "protect", _sample.Original, "-r", _sample.Folder["device.crt"], "-r", _sample.Folder["other.crt"],
            "--signer",
            _sample.Folder["vendor.pem"], "-o", Path.Combine(_sample.Folder["variants"], "new.onnx"), "-s",
            Path.Combine(_sample.Folder["variants"], "new.p7m"), "--strategy", "random", "--max-weights", "3",
            "--target-accuracy",
            "1", "--variant-per-recipient", "--json", .. more,
        ]);
    }

    private Transcript Trace(string leaked) => Transcript.Of([.. TraceArguments(leaked), "--json"]);

    private string[] TraceArguments(string leaked) =>
    [
        "trace", leaked, "--secrets", _sample.Folder["variants"], "-i", _sample.Folder["vendor.pem"], "--trust",
        _sample.Folder["vendor.crt"],
    ];
}

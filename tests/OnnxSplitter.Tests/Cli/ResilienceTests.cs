using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Attacks;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Protecting a model and attacking it, in one command.</summary>
public sealed class ResilienceTests : IDisposable
{
    private readonly AttackedModel _model = new();
    private readonly TemporaryFolder _folder = new();

    public ResilienceTests()
    {
        KeyFiles.WritePem(TestKeys.Signer, _folder["vendor.pem"], _folder["vendor.crt"], overwrite: false);
        KeyFiles.WritePem(TestKeys.Alice, _folder["device.pem"], _folder["device.crt"], overwrite: false);
    }

    [Fact]
    public void A_share_that_attacks_undo_is_raised()
    {
        var transcript = Protect("--strategy", "keyed", "--resilience", "0", "--share", "0.02", "--accept-best");

        var small = transcript.Output.IndexOf("A share of 2.0 %: ", StringComparison.Ordinal);
        Assert.InRange(small, 0, transcript.Output.IndexOf("A share of 50.0 %: ", StringComparison.Ordinal));
        Assert.True(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void A_share_that_leaves_the_model_at_work_is_raised()
    {
        // Keys are random, and some bring this small model to chance by 2 % of its weights: less is asked for.
        var transcript = Protect(
            "--strategy", "keyed", "--resilience", "1", "--share", "0.02", "--target-accuracy", "0.001");

        var small = transcript.Output.IndexOf("A share of 2.0 % leaves too much", StringComparison.Ordinal);
        Assert.InRange(small, 0, transcript.Output.IndexOf("A share of 50.0 %", StringComparison.Ordinal));
    }

    [Fact]
    public void A_share_that_holds_is_kept()
    {
        var transcript = Protect("--strategy", "keyed", "--resilience", "1", "--accept-best");

        Assert.Contains("A share of 50.0 %: ", transcript.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("A share of 80.0 %: ", transcript.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void Quick_attacks_are_in_the_table_and_the_report()
    {
        var page = _folder["report.html"];

        var transcript = Protect("--attack", "quick", "--public", _model.Original, "--stealth", "off",
            "--measure", "accuracy", "--accept-best", "--report", page);

        Assert.Contains("public-signs", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("What attacks bring back", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_data_there_is_no_thief_to_try() => Transcript.Of(
        "protect", _model.Original, "-r", _folder["device.crt"], "--signer", _folder["vendor.pem"],
        "--attack", "quick").Refused(2, "needs --data");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private Transcript Protect(params string[] more) => Transcript.Of(
    [
        "protect", _model.Original, "-r", _folder["device.crt"], "--signer", _folder["vendor.pem"],
        "-o", _folder["out.onnx"], "-s", _folder["out.p7m"], "--data", _model.Examples, "--evaluate",
        _model.Evaluation, .. more,
    ]);
}

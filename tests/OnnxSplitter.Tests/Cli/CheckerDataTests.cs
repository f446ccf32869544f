using OnnxSplitter.Checker;
using OnnxSplitter.Data;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;
using static OnnxSplitter.Tests.Cli.CheckOutcomes;

namespace OnnxSplitter.Tests.Cli;

/// <summary>What the checker makes of data, and what it says where it has none.</summary>
public sealed class CheckerDataTests : IDisposable
{
    private static readonly string Data = Examples.Evaluation(512);

    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_model_at_chance_by_a_constant_is_not_protected()
    {
        using var sample = new ShippedSample(harm: 3);

        var transcript = Transcript.OfChecker([.. sample.CheckArguments(), "--data", Data, "--json"]);

        transcript.Refused(1);
        Assert.Contains((CheckNames.ObfuscatedAccuracy, Passed), Checks(transcript));
        Assert.Contains((CheckNames.Worth, "failed"), Checks(transcript));
    }

    [Fact]
    public void Another_accuracy_than_was_recorded_fails()
    {
        var report = _sample.Folder["report.json"];
        string[] arguments = [.. _sample.CheckArguments(), "--data", Data, "--report", report];
        File.WriteAllText(report, "{\"measured\": {\"restored\": 0.5}}");

        var transcript = Transcript.OfChecker(arguments);

        transcript.Refused(1);
        Assert.Matches(@"FAILED  restored accuracy: 9[0-9.]+ % ± [0-9.]+; the report says 50\.0 %", transcript.Output);
        File.WriteAllText(report, "[]");
        Transcript.OfChecker(arguments).Refused(3, "is not a report");
    }

    [Fact]
    public void A_model_that_is_still_good_fails()
    {
        using var harmless = new ProtectedSample(harm: 0);
        var sealedPath = harmless.Folder["sealed.p7m"];
        File.WriteAllBytes(sealedPath, SecretsEnvelope.Seal(harmless.Secrets, TestKeys.Signer, [TestKeys.Alice]));

        var transcript = Transcript.OfChecker([
            harmless.Obfuscated, "-s", sealedPath, "-i", _sample.Folder["device.pem"], "--trust",
            _sample.Folder["vendor.crt"],
            "--data", Data,
        ]);

        transcript.Refused(1);
        Assert.Contains("FAILED  obfuscated accuracy: 93.", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_examples_to_tell_are_refused()
    {
        var all = NumpyArchive.Read(Data);
        int[] rows =
        [
            .. new long[] { 1, 9 }.SelectMany(label =>
                Enumerable.Range(0, all["label"].Rows).Where(row => all["label"].As<long>()[row] == label).Take(3)),
        ];
        var path = Examples.Write(_sample.Folder["few.npz"], all, rows);

        var transcript = Transcript.OfChecker([.. _sample.CheckArguments(), "--data", path]);

        transcript.Refused(3, "too few");
        Assert.Contains("FAILED  obfuscated accuracy", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_the_restored_model_does_not_know_tell_nothing()
    {
        var all = NumpyArchive.Read(Data);
        var (input, label) = (all["input"], all["label"]);
        long[] next = [.. label.As<long>().ToArray().Select(number => (number + 1) % 10)];
        var path = NumpyFile.Write(_sample.Folder["wrong.npz"], ("input", "<f4", input.Dims, input.Data),
            ("label", "<i8", label.Dims, NumpyFile.Bytes(next)));

        var transcript = Transcript.OfChecker([.. _sample.CheckArguments(), "--data", path]);

        transcript.Refused(3, "no better than guessing");
        Assert.Contains("FAILED  obfuscated accuracy", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_class_scores_are_judged_by_the_originals_answers()
    {
        var data = Unlabelled();

        var alone = Check("--data", data, "--stealth");
        var beside = Check("--data", data, "--original", _sample.Original);

        Assert.Matches(
            @"ok      obfuscated accuracy: [0-9.]+ % ± [0-9.]+ on \d+ examples, by the original's own answers",
            alone.Output);
        Assert.Matches(@"stealth: undoing: [1-9][0-9]\.[0-9] % become", alone.Output);
        Assert.Matches(@"-       restored accuracy: no --original is given, and there are no labels", alone.Output);
        Assert.Matches(@"ok      restored accuracy: 100\.0 % ± 0\.0; the original has 100\.0 %", beside.Output);
    }

    [Theory]
    [InlineData("give --data.")]
    [InlineData("give --data, without --no-session.", "--no-session")]
    public void That_the_worth_left_was_not_measured_is_the_last_word(string remedy, params string[] more)
    {
        var transcript = Check(more);

        transcript.Done();
        Assert.EndsWith($"\nAll checks that ran passed; what the model is still worth was not measured: {remedy}\n",
            transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_it_was_the_last_word_is_about_the_checks()
    {
        var transcript = Check("--data", Data);

        transcript.Done();
        Assert.EndsWith("\nAll checks that ran passed.\n", transcript.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private Transcript Check(params string[] more) => Transcript.OfChecker([.. _sample.CheckArguments(), .. more]);

    private string Unlabelled()
    {
        var images = NumpyArchive.Read(Data)["input"];
        return NumpyFile.Write(_sample.Folder["unlabelled.npz"], ("input", "<f4", images.Dims, images.Data));
    }
}

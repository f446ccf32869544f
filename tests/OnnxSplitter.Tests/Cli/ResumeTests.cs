using Google.Protobuf;
using OnnxSplitter.Tests.Classical;
using OnnxSplitter.Tests.Protection;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Searches that end before they are done, and what is left of them.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly ShippedSample _sample = new();
    private readonly string _model;

    public ResumeTests() => _model = TinyClassifier.Write(_sample.Folder["tiny.onnx"]);

    private string State => _sample.Folder["new.p7m.state"];

    [Fact]
    public void Without_a_state_there_is_nothing_to_resume() => _sample.AssertNothingNew(() =>
        Transcript.Of([.. Random(), "--resume"]).Refused(3, "new.p7m.state does not exist"));

    [Fact]
    public void A_state_stays_unless_it_is_resumed_or_given_up()
    {
        File.WriteAllText(State, "mine");
        _sample.AssertNothingNew(() =>
        {
            var transcript = Transcript.Of(Random());
            transcript.Refused(6, "an earlier search can go on");
            Assert.Contains("--resume", transcript.Error, StringComparison.Ordinal);
            Assert.Contains("--force", transcript.Error, StringComparison.Ordinal);
        });
        Assert.Equal("mine", File.ReadAllText(State));

        Transcript.Of([.. Random(), "--force"]).Done();
        Assert.False(File.Exists(State));
    }

    [Fact]
    public void A_state_that_is_not_this_searchs_is_a_mismatch()
    {
        File.WriteAllText(State, "not a state, though long enough to be one: it takes a header, a nonce and a tag");
        _sample.AssertNothingNew(() =>
            Transcript.Of([.. Random(), "--resume"]).Refused(5, "is not the state of this search"));
    }

    [Fact]
    public void The_state_can_have_a_name_of_its_own_but_not_that_of_another_file()
    {
        Transcript.Of([.. Random(), "--resume", "--state", _sample.Folder["other.state"]]).Refused(3, "other.state");
        foreach (var name in new[] { "vendor.pem", "device.crt", "new.onnx", "new.p7m" })
            _sample.AssertNothingNew(() =>
                Transcript.Of([.. Random(), "--force", "--state", _sample.Folder[name]]).Refused(6, name));
    }

    [Fact]
    public void A_missed_target_leaves_a_state_that_a_larger_budget_goes_on_from()
    {
        string[] search = [.. Search(), "--target-accuracy", "0.4"];
        var before = Directory.GetFiles(_sample.Folder.Root);
        var missed = Transcript.Of([.. search, "--max-weights", "1"]);
        missed.Refused(1, "was not reached");
        Assert.Contains("--resume and a larger --max-weights", missed.Error, StringComparison.Ordinal);
        Assert.Equal([.. before.Append(State).Order()],
            Directory.GetFiles(_sample.Folder.Root).Order());

        // Another seed is another search.
        Transcript.Of([.. search, "--max-weights", "60", "--seed", "5", "--resume"]).Refused(5);

        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            var transcript = Transcript.Of(cancelled.Token, [.. search, "--max-weights", "60", "--resume"]);
            transcript.Refused(130, "Cancelled");
            Assert.Contains("--resume goes on", transcript.Error, StringComparison.Ordinal);
        }

        Transcript.Of([.. search, "--max-weights", "60", "--resume"]).Done();
        Assert.True(File.Exists(_sample.Folder["new.onnx"]) && File.Exists(_sample.Folder["new.p7m"]));
        Assert.False(File.Exists(State));
    }

    public void Dispose() => _sample.Dispose();

    private string[] Random() => [.. _sample.ProtectArguments(_model), "--target-accuracy", "1"];

    [Fact]
    public void A_search_that_finds_no_more_is_not_told_to_change_more_weights()
    {
        var path = _sample.Folder["linear.onnx"];
        var node = ClassicalModel.Node("LinearClassifier", classes: true, attributes:
        [
            ("coefficients", new float[] { 1, -2, 3, 4, 2, 1, -3, 0.5f, -1, 3, 2, -2 }), ("intercepts", new float[3]),
            ("classlabels_ints", (long[])[0, 1, 2]),
        ]);
        File.WriteAllBytes(path, ClassicalModel.Of(1, 4, [node]).ToByteArray());
        var arguments = _sample.ProtectArguments(path);

        var missed = Transcript.Of(
            [.. arguments[..Array.IndexOf(arguments, "--strategy")], "--target-accuracy", "0", "--force"]);

        missed.Refused(1, "was not reached");
        Assert.Contains("no further change was found that helps", missed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--max-weights", missed.Error, StringComparison.Ordinal);
    }

    private string[] Search()
    {
        var arguments = _sample.ProtectArguments(_model);
        var data = TinyClassifier.WriteExamples(_sample.Folder["tiny.npz"], 96);
        return [.. arguments[..Array.IndexOf(arguments, "--strategy")], "--data", data];
    }
}

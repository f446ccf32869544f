namespace OnnxSplitter.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("protect")]
    [InlineData("protect model.onnx -r a.crt")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy luck")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --move 0")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --report report.pdf")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --max-weights 0")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --max-weights many")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --target-accuracy 1.5")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --target-accuracy NaN")]
    [InlineData("protect model.onnx extra.onnx -r a.crt --signer b.pem")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --center 0.1")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --compact-tolerance 1")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --compact --compact-tolerance 101")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --compact --center 1e39")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --updates 3")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy random --controller random")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --move sign")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --controller luck")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --rollouts 1")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --steps 0")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --sparsity -1")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --learning-rate 0")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --mask-width NaN")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --mask-center infinity")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --mask-count 0")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --clamp 1")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --strategy nnsplitter --clamp 2:1")]
    [InlineData("restore model.onnx -s a.p7m -i b.pem -o c.onnx")]
    [InlineData("inspect")]
    [InlineData("evaluate model.onnx")]
    [InlineData("keygen")]
    [InlineData("keygen a --key dsa")]
    [InlineData("protect model.onnx --signer b.pem")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --not-after tomorrow")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --not-before 2027-01-01 --not-after 2026-01-01")]
    [InlineData("protect model.onnx -r a.crt --signer b.pem --audience=")]
    [InlineData("recipients add a.p7m --signer b.pem -i c.pem")]
    [InlineData("recipients add a.p7m -r d.crt -i c.pem")]
    [InlineData("recipients add a.p7m -r d.crt --signer b.pem")]
    [InlineData("recipients remove a.p7m --signer b.pem")]
    [InlineData("recipients remove a.p7m -r d.crt")]
    [InlineData("demo somewhere")]
    public void A_line_that_cannot_be_meant_is_refused(string line) => Transcript.Of(line.Split(' ')).Refused(2);

    [Fact]
    public void The_checker_refuses_lines_as_the_tool_does() => Transcript.OfChecker("model.onnx").Refused(2);

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("protect --help")]
    [InlineData("restore --help")]
    [InlineData("recipients --help")]
    [InlineData("recipients add --help")]
    public void Help_teaches_with_an_example(string line)
    {
        var transcript = Transcript.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        transcript.Done();
        Assert.Empty(transcript.Error);
        Assert.Contains("  onnxsplit ", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_none_is_a_usage_error()
    {
        using var sample = new ShippedSample();
        File.WriteAllText(sample.Folder["vendor.crt"], "nonsense");
        File.Delete(sample.Folder["other.pem"]);

        Transcript.Of(sample.RestoreArguments()).Refused(2);
        Transcript.Of(sample.RestoreArguments(identity: "other", trust: "stranger")).Refused(2);
        Assert.False(File.Exists(sample.Restored));
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        using var sample = new ShippedSample();
        sample.AssertNothingNew(() =>
            Transcript.Of(new CancellationToken(canceled: true), sample.ProtectArguments(sample.Original))
                .Refused(130));
    }
}

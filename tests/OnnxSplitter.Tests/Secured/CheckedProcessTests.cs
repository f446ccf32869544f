using OnnxSplitter.Checker;
using OnnxSplitter.Hosting;
using OnnxSplitter.Tests.Cli;
using static OnnxSplitter.Tests.Cli.CheckOutcomes;

namespace OnnxSplitter.Tests.Secured;

/// <summary>What the checker says of a running trusted process.</summary>
public sealed class CheckedProcessTests : IDisposable
{
    private readonly TrustedProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void One_that_gives_the_originals_outputs_passes_and_one_that_is_not_there_fails()
    {
        var arguments = _process.Sample.CheckArguments();
        var running = Transcript.OfChecker([.. arguments, "--json", "--endpoint", _process.Endpoint.Path]);
        Assert.Contains((CheckNames.TrustedProcess, Passed), Checks(running));
        Assert.Contains("bit for bit", running.Output, StringComparison.Ordinal);

        var without = Transcript.OfChecker([.. arguments, "--json"]);
        Assert.Contains((CheckNames.TrustedProcess, NotRun), Checks(without));

        _process.Kill();
        var ended = Transcript.OfChecker([.. arguments, "--json", "--endpoint", _process.Endpoint.Path]);
        Assert.Equal(ExitCodes.No, ended.Code);
        Assert.Contains((CheckNames.TrustedProcess, Failed), Checks(ended));
    }

    [Fact]
    public void One_that_gives_corrections_passes_by_outputs_that_are_close()
    {
        using var process = new TrustedProcess(new ShippedSample(harm: 4), "--mode", "corrections");

        var transcript = Transcript.OfChecker(
            [.. process.Sample.CheckArguments(), "--json", "--endpoint", process.Endpoint.Path]);

        Assert.Contains((CheckNames.TrustedProcess, Passed), Checks(transcript));
        Assert.Contains("to a ten-thousandth", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_serves_another_model_fails()
    {
        using var other = new ShippedSample(harm: 3);

        var transcript = Transcript.OfChecker(
            [.. other.CheckArguments(), "--json", "--endpoint", _process.Endpoint.Path]);

        Assert.Contains((CheckNames.TrustedProcess, Failed), Checks(transcript));
        Assert.Contains("serves another model", transcript.Output, StringComparison.Ordinal);
    }
}

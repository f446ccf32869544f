using OnnxSplitter.Hosting;

namespace OnnxSplitter.Tests.Cli;

public sealed class EvenRefusalTests
{
    [Theory]
    [InlineData(0, 1000)]
    [InlineData(182, 818)]
    [InlineData(253, 747)]
    [InlineData(999, 1)]
    [InlineData(1000, 1000)]
    [InlineData(1730, 270)]
    public void A_refusal_waits_for_the_next_whole_step(int age, int rest) =>
        Assert.Equal(TimeSpan.FromMilliseconds(rest), EvenRefusal.Rest(TimeSpan.FromMilliseconds(age)));

    [Theory]
    [InlineData(ExitCodes.Done)]
    [InlineData(ExitCodes.Usage)]
    public void What_is_not_refused_does_not_wait(int code) => Assert.Equal(code, EvenRefusal.After(code));
}

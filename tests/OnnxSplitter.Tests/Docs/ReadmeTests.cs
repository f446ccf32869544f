using System.Text;

namespace OnnxSplitter.Tests.Docs;

public sealed class ReadmeTests
{
    private const int MostBytes = 6000;

    private static readonly DocumentPage Page = new("README.md");

    [Fact]
    public void The_readme_is_short() => Assert.InRange(Encoding.UTF8.GetByteCount(Page.Text), 1, MostBytes);

    [Fact]
    public void It_says_two_commands_and_no_others() => Assert.Equal(
        ["dotnet run -c Release --project src/OnnxSplitter.Cli -- demo\ndotnet test -c Release\n"], Page.Blocks(""));

    [Fact]
    public void Continuous_integration_runs_them()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run"));
        Assert.All(Page.Blocks("").Single()
            .Split('\n'), line => Assert.Contains(line, script, StringComparison.Ordinal));
    }
}

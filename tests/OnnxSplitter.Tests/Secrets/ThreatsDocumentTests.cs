using System.Text.RegularExpressions;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>What docs/threats.md rests on exists.</summary>
public sealed partial class ThreatsDocumentTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "OnnxSplitter.Tests");
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "threats.md");

    [Fact]
    public void Every_test_that_a_claim_names_exists()
    {
        var named = Evidence().Matches(File.ReadAllText(Document));
        Assert.InRange(named.Count, 10, 100);
        Assert.All(named, match =>
        {
            var source = File.ReadAllText(Path.Combine(Folder, match.Groups["class"].Value + ".cs"));
            Assert.Contains($" {match.Groups["method"].Value}", source, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_row_of_claims_names_its_evidence()
    {
        var rows = File.ReadLines(Document)
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|'));
        Assert.All(rows, cells => Assert.NotEmpty(cells[^2].Trim()));
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+(/\w+)+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Evidence();
}

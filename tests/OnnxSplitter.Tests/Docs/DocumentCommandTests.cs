using OnnxSplitter.Tests.Pkcs11;

namespace OnnxSplitter.Tests.Docs;

/// <summary>Command lines of the pages run, in the order in which a page has them.</summary>
public sealed class DocumentCommandTests(SoftToken token) : IClassFixture<SoftToken>
{
    public static TheoryData<string> Pages =>
        [.. DocumentPage.Names.Select(page => page.Data).Where(page => new DocumentPage(page).Commands().Any())];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Lines_of_a_page_run(string page)
    {
        var commands = new DocumentPage(page).Commands().ToArray();
        if (commands.Any(words =>
            words.Any(word => word.StartsWith("pkcs11:", StringComparison.Ordinal)))) token.Require();
        using var scenario = new DocumentScenario(token);
        if (!commands.Any(words => words.Contains("keygen"))) scenario.MakeShipped();
        foreach (var words in commands) scenario.Run(words);
    }

    [Fact]
    public void There_are_pages_with_commands() => Assert.InRange(Pages.Count, 5, 20);
}

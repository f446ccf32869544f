using System.Reflection;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Tests.Cli.CommandLine;

public sealed class CliDocumentTests
{
    [Fact]
    public void The_document_is_what_the_rows_say()
    {
        var text = CliDocument.Text();
        if (File.Exists(CliDocument.Path) && File.ReadAllText(CliDocument.Path) == text) return;
        File.WriteAllText(CliDocument.Path, text);
        Assert.Fail("docs/cli.md was out of date. It has been written anew; commit it.");
    }

    [Fact]
    public void Every_command_that_wants_to_be_told_something_has_an_example() => Assert.All(
        CliDocument.Commands.Where(pair => pair.Command.Text.Rows.Any(row => row.IsArgument || row.Required)),
        pair => Assert.All(pair.Command.Text.Examples.DefaultIfEmpty(""),
            example => Assert.StartsWith($"{pair.Path} ", example, StringComparison.Ordinal)));

    [Fact]
    public void Every_exit_code_has_a_meaning() => Assert.Equal(
        typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (int)field.GetRawConstantValue()!).Order(),
        ExitCodes.Meanings.Select(meaning => meaning.Code).Order());
}

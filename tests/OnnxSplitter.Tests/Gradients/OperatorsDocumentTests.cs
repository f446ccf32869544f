
namespace OnnxSplitter.Tests.Gradients;

public sealed class OperatorsDocumentTests
{
    [Fact]
    public void The_list_of_operators_says_what_the_tables_say()
    {
        var expected = OperatorsDocument.Text();
        var present = File.Exists(OperatorsDocument.Path) ? File.ReadAllText(OperatorsDocument.Path) : "";
        if (present == expected) return;

        File.WriteAllText(OperatorsDocument.Path, expected);
        Assert.Fail($"{OperatorsDocument.Path} was out of date and has been written anew: look at it and commit it.");
    }
}

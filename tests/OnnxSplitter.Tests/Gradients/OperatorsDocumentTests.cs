using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Tests.Gradients;

public sealed class OperatorsDocumentTests
{
    [Fact]
    public void The_list_of_operators_says_what_the_rule_table_says()
    {
        var expected = OperatorsDocument.Text();
        var present = File.Exists(OperatorsDocument.Path) ? File.ReadAllText(OperatorsDocument.Path) : "";
        if (present == expected) return;

        File.WriteAllText(OperatorsDocument.Path, expected);
        Assert.Fail($"{OperatorsDocument.Path} was out of date and has been written anew: look at it and commit it.");
    }

    [Fact]
    public void Every_row_of_the_default_domain_names_an_op_of_onnx() => Assert.All(
        // ONNX Runtime's optimiser writes this one into ONNX's domain.
        RuleTable.Rows.Where(row => row.Domain.Length == 0 && row.Op != "SimplifiedLayerNormalization"),
        row => Assert.Contains(OperatorsDocument.Ops, op => op.Op == row.Op));
}

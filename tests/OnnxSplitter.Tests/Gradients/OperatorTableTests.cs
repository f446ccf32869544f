using System.Text.RegularExpressions;
using OnnxSplitter.Gradients;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>One row an op: complete, at odds with nothing, and the only place that says what an op does.</summary>
public sealed partial class OperatorTableTests
{
    // Graphs are made of these two, whatever else they compute.
    private static readonly string[] Structure = ["Constant", "If"];

    [Fact]
    public void Every_op_of_onnx_has_a_row_and_every_row_of_its_domain_names_one()
    {
        // ONNX Runtime's optimiser writes this one into ONNX's domain.
        string[] own = ["SimplifiedLayerNormalization"];
        Assert.Equal(
            OperatorsDocument.Ops.Select(op => op.Op).Concat(own).Order(StringComparer.Ordinal),
            OperatorTable.Rows.Where(row => row.Domain.Length == 0).Select(row => row.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_op_has_a_rule_or_a_definition_or_says_why_it_has_none() => Assert.All(OperatorTable.Rows, op =>
    {
        string?[] reasons = [op.NoDerivative, op.NoRule, op.WrittenAs];
        var functions = RuleTable.Rows.Where(row => row.Operator == op).ToArray();

        Assert.Equal(1, reasons.Count(reason => reason is not null) + functions.Length);
        Assert.All(reasons, reason => Assert.NotEqual("", reason?.Trim()));
        Assert.All(functions, row => Assert.True(row.Apply is not null || row.Define is not null, op.Name));
        Assert.All(functions, row => Assert.True(row.Covers is null || row.Training is not null, op.Name));
    });

    [Fact]
    public void Every_op_with_weights_has_a_derivative_and_lacks_a_rule_only_for_a_reason_of_its_own() => Assert.All(
        OperatorTable.Rows.Where(op => op.HasWeights),
        op =>
        {
            Assert.Null(op.NoDerivative);
            Assert.DoesNotContain("yet", op.NoRule ?? "", StringComparison.Ordinal);
        });

    [Fact]
    public void What_stands_in_an_ops_place_is_an_op_with_a_gradient_or_a_part_of_the_graph() => Assert.All(
        OperatorTable.Rows.Where(op => op.WrittenAs is not null && op.Name != "If"),
        op => Assert.Contains(RuleTable.Rows, row => row.Operator == OperatorTable.Find("", op.WrittenAs!)));

    [Fact]
    public void No_input_has_two_roles() => Assert.All(OperatorTable.Rows, op =>
    {
        int[] inputs =
        [
            .. op.Multiplied, .. op.Added, .. op.Quantized.Select(input => input.Weights),
            .. op.Quantized.Select(input => input.ZeroPoint),
        ];
        if (op.Packed is { } packed) inputs = [.. inputs, packed.Weights, packed.ZeroPoint];
        Assert.Equal(inputs.Distinct(), inputs);
        Assert.True(op.Passes == PassThrough.None || !op.HasWeights, op.Name);
    });

    [Fact]
    public void A_linear_form_names_inputs_that_the_op_has_weights_at() => Assert.All(
        OperatorTable.Rows.Where(op => op.Linear != LinearForm.None),
        op =>
        {
            if (op.Linear == LinearForm.Sum) Assert.Equal([0, 1], op.Added);
            else Assert.Contains(1, op.Multiplied);
            if (op.Linear == LinearForm.Convolution) Assert.Equal([2], op.Added);
        });

    [Fact]
    public void A_domain_that_is_written_out_is_the_default_one()
    {
        var conv = OperatorTable.Find("", "Conv");
        Assert.NotNull(conv);
        Assert.Same(conv, OperatorTable.Find("ai.onnx", "Conv"));
        Assert.Null(OperatorTable.Find("somebody.else", "Conv"));
    }

    [Fact]
    public void Nothing_outside_the_table_is_decided_by_the_name_of_an_op()
    {
        // These write one form of a graph as another, node by node.
        var rewriting = Path.Combine("src", "OnnxSplitter.Gradients", "Rewriting");
        var sources =
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Where(path => !path.StartsWith(rewriting, StringComparison.Ordinal));
        var names = OperatorTable.Rows.Select(op => op.Name).ToHashSet(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var path in sources)
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, path));
            foreach (Match match in Decision().Matches(text))
            {
                var compared = Literal().Matches(match.Value).Select(literal => literal.Groups["name"].Value)
                    .Where(name => names.Contains(name) && !Structure.Contains(name)).ToArray();
                if (compared.Length > 0) found.Add($"{path}: {match.Value}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    // An op's type that is compared or matched, a case of a switch, an arm of one, a list of names, a search in one.
    [GeneratedRegex(
        """(OpType|\.Op)\s*(==|!=|is)[^;{]*"\w+"|\bcase\s+"\w+"|"""
        + """^\s*"\w+"(\s+or\s+"\w+")*(\s+when[^=]*)?\s*=>|^\s*("\w+",\s*){2,}|\.Contains\("\w+"\)""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Decision();

    [GeneratedRegex("\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}

using System.Globalization;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>docs/operators.md, as the tables and ONNX's own list of ops say it should be.</summary>
internal static class OperatorsDocument
{
    public static string Path { get; } =
        System.IO.Path.Combine(Repository.Root, "docs", "operators.md");

    /// <summary>Ops of ONNX's default domain, with the opset in which each came.</summary>
    public static (string Op, long Since)[] Ops { get; } =
    [
        .. File.ReadLines(Repository.Vector("onnx-operators.txt")).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
                .Select(parts => (parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture))),
    ];

    public static string Text()
    {
        var rows = Ops.Select(op => (op.Op, op.Since, Gradient: Gradient(OperatorTable.Find("", op.Op)!))).ToArray();
        var others = OperatorTable.Rows.Where(row => row.Domain.Length > 0).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Operators

            What the gradient graph can pass through. Made by a test from the table of operators
            (`src/OnnxSplitter.Onnx/Operators`), the rules and ONNX's list of ops; the test fails where this file is out
            of date, and writes it anew.

            - *rule*: differentiated, from opset {OpsetUpgrade.Least} on (older forms are brought to those of opset
              {OpsetUpgrade.Target} first) unless an opset is named.
            - *definition*: what it stands for, out of other ops, is differentiated in its place.
            - *as ...*: replaced before anything is differentiated.
            - *no derivative*: nowhere differentiable, or not a function of numbers; gradients stop there on purpose.
            - *none*: refused with the node's name where a weight's gradient would have to pass.

            {Count("rule")} ops have a rule, {Count("definition")} a definition,
            {Count("no derivative")} have no derivative, {Count("none")} have none.

            | op | came with opset | gradient |
            |---|---|---|
            {string.Join('\n', rows.Select(row => $"| {row.Op} | {row.Since} | {row.Gradient} |"))}

            Ops of other domains:

            | domain | op | gradient |
            |---|---|---|
            {string.Join('\n', others.Select(row => $"| {row.Domain} | {row.Name} | {Gradient(row)} |"))}

            """);

        int Count(string start) => rows.Count(row => row.Gradient.StartsWith(start, StringComparison.Ordinal));
    }

    private static string Gradient(Operator op)
    {
        if (op.WrittenAs is { } other) return $"as {other}";
        if (op.NoDerivative is { } stops) return $"no derivative: {stops}";
        if (op.NoRule is { } missing) return $"none: {missing}";
        var kind = RuleTable.Rows.Single(row => row.Operator == op).Apply is null ? "definition" : "rule";
        return op.Since <= OpsetUpgrade.Target
            ? kind
            : string.Create(CultureInfo.InvariantCulture, $"{kind}, from opset {op.Since}");
    }
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients;

/// <summary>
/// Writes definitions in the place of ops that have no rule of their own: fused, quantised and recurrent ones.
/// </summary>
public static class DefinedOps
{
    /// <summary>Replaces the defined ops that a gradient has to pass. Their outputs keep their names.</summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="builder">Writes into the graph; used for its opset and names.</param>
    /// <param name="values">Type and shape of every value.</param>
    /// <param name="loss">What is differentiated.</param>
    /// <param name="targets">What with respect to.</param>
    /// <param name="options">
    /// How the gradient will be taken: what a kernel covers, or may be estimated, needs no definition.
    /// </param>
    /// <returns>Whether it changed: then there are values whose shapes are not known yet.</returns>
    /// <exception cref="GradientException">A use of an op that its definition lacks.</exception>
    public static bool Expand(
        GraphProto graph,
        GraphBuilder builder,
        IReadOnlyDictionary<string, ValueInfo> values,
        string loss,
        IReadOnlyCollection<string> targets,
        GradientOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var reached = GradientGraph.Reached(graph.Node, values, targets, options);
        var needed = Ancestry.Of(graph.Node, loss);
        var expanded = new GraphProto();
        var writer = new GraphBuilder(expanded, builder.Opset, $"{builder.NewName("definition")}::")
        {
            Imports = builder.Imports,
        };
        var changed = false;
        foreach (var node in graph.Node)
        {
            var onTheWay = node.Output.Any(reached.Contains) && node.Output.Any(needed.Contains);
            var context = new RuleContext(node, writer, values, [], [.. node.Input.Select(reached.Contains)]);
            if (!onTheWay || Define(context, options) is not { } outputs)
            {
                expanded.Node.Add(node);
                continue;
            }

            changed = true;
            for (var i = 0; i < outputs.Length && i < node.Output.Count; i++)
                if (outputs[i] is { } value && node.Output[i].Length > 0) writer.Alias(value, node.Output[i]);
        }

        if (!changed) return false;
        graph.Node.Clear();
        graph.Node.AddRange(expanded.Node);
        graph.Initializer.AddRange(expanded.Initializer);
        return true;
    }

    private static string?[]? Define(RuleContext context, GradientOptions options)
    {
        var row = RuleTable.Find(context.Node, context.Graph.Opset);
        if (options.Dialect == GradientDialect.Training && row?.Covers?.Invoke(context) == true) return null;
        try
        {
            return row?.Define?.Invoke(context);
        }
        catch (GradientException) when (options.EstimateGradient)
        {
            // A use that the definition lacks. What it has written by then, nobody looks at.
            return null;
        }
    }
}

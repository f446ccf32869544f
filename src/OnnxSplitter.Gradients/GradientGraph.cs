using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Gradients;

/// <summary>
/// Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a scalar with respect to chosen
/// values. Order, accumulation, pruning and the undoing of broadcasting are done here, once; rules only know their op.
/// </summary>
public static class GradientGraph
{
    /// <summary>Appends the gradient nodes.</summary>
    /// <param name="graph">
    /// The graph; it grows, and nodes may get further outputs, or become an op for training.
    /// </param>
    /// <param name="builder">Writes into the same graph.</param>
    /// <param name="values">Type and concrete shape of every value that is there already.</param>
    /// <param name="loss">A float scalar of the graph.</param>
    /// <param name="targets">Inputs or initializers to differentiate with respect to.</param>
    /// <param name="options">How; null for the default.</param>
    /// <returns>The gradients of those targets that influence the loss.</returns>
    /// <exception cref="GradientException">
    /// An op on the way that is no custom one has no rule, and none may be estimated.
    /// </exception>
    public static GraphGradients Append(
        GraphProto graph,
        GraphBuilder builder,
        IReadOnlyDictionary<string, ValueInfo> values,
        string loss,
        IReadOnlyCollection<string> targets,
        GradientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(targets);
        var nodes = graph.Node.ToArray();
        options ??= GradientOptions.Default;
        var reached = Reached(nodes, values, targets, options);
        var gradients = new Dictionary<string, List<string>>(StringComparer.Ordinal)
        {
            [loss] = [builder.Scalar(1)],
        };
        var estimated = new HashSet<string>(StringComparer.Ordinal);

        foreach (var node in nodes.Reverse())
        {
            if (!node.Output.Any(gradients.ContainsKey) || !node.Output.Any(reached.Contains)) continue;
            // A target may itself come out of a node, such as a Constant: nothing goes on from there.
            if (!NodeInputs.Of(node).Any(reached.Contains)) continue;
            // A listed op never gets here: what comes out of it is not reached.
            var outputs = node.Output.Select(output => Total(builder, gradients, output)).ToArray();
            var wanted = node.Input.Select(reached.Contains).ToArray();
            var partials = Apply(
                new RuleContext(node, builder, values, outputs, wanted), options, out var estimate);
            estimate |= node.Output.Any(estimated.Contains);
            for (var i = 0; i < partials.Length; i++)
            {
                if (partials[i] is not { } partial) continue;
                if (!gradients.TryGetValue(node.Input[i], out var list)) gradients[node.Input[i]] = list = [];
                list.Add(partial);
                if (estimate) estimated.Add(node.Input[i]);
            }
        }

        var names = targets.Where(gradients.ContainsKey)
            .ToDictionary(target => target, target => Total(builder, gradients, target)!, StringComparer.Ordinal);
        estimated.IntersectWith(names.Keys);
        return new GraphGradients(names, estimated);
    }

    /// <summary>Appends the gradient with respect to one input of one node.</summary>
    /// <param name="builder">Writes into the graph.</param>
    /// <param name="values">Type and shape of the node's inputs and outputs.</param>
    /// <param name="node">The node; it need not be in the graph, and its first output is not looked at.</param>
    /// <param name="input">Which input.</param>
    /// <param name="gradient">Name of the gradient with respect to the node's first output.</param>
    /// <returns>Name of the gradient, of the input's shape.</returns>
    /// <exception cref="GradientException">The op has no rule.</exception>
    public static string Of(
        GraphBuilder builder, IReadOnlyDictionary<string, ValueInfo> values, NodeProto node, int input,
        string gradient)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(node);
        var wanted = new bool[node.Input.Count];
        wanted[input] = true;
        var outputs = new string?[node.Output.Count];
        outputs[0] = gradient;
        return Apply(new RuleContext(node, builder, values, outputs, wanted), GradientOptions.Default, out _)[input]!;
    }

    /// <summary>The gradient of each input that the rule gives one for, of the input's shape.</summary>
    private static string?[] Apply(RuleContext context, GradientOptions options, out bool estimate)
    {
        var row = RuleTable.Find(context.Node, context.Graph.Opset);
        Partial?[] partials;
        estimate = false;
        try
        {
            partials = ByRule(context, row, options.Dialect);
        }
        catch (GradientException) when (options.EstimateGradient)
        {
            partials = EstimateRule.Estimate(context, options.Seed);
            estimate = true;
        }

        var gradients = new string?[context.InputCount];
        for (var i = 0; i < partials.Length && i < gradients.Length; i++)
        {
            if (!context.Wants(i) || partials[i] is not { } partial) continue;
            var dims = partial.Dims
                ?? (row is { Operator.Broadcasts: true } ? context.OutputDims() : context.InputDims(i));
            gradients[i] = Unbroadcast(context.Graph, partial.Value, dims, context.InputDims(i));
        }

        return gradients;
    }

    private static Partial?[] ByRule(RuleContext context, RuleRow? row, GradientDialect dialect)
    {
        if (row is null) throw RuleTable.Missing(context.Node, context.Graph);
        return (dialect == GradientDialect.Training ? row.Training?.Invoke(context) : null)
            ?? row.Apply?.Invoke(context)
            ?? throw context.Unsupported("its definition does not know this use");
    }

    /// <summary>Float values that depend on a target through ops that have a derivative.</summary>
    internal static HashSet<string> Reached(
        IReadOnlyList<NodeProto> nodes,
        IReadOnlyDictionary<string, ValueInfo> values,
        IReadOnlyCollection<string> targets,
        GradientOptions options)
    {
        var reached = targets.ToHashSet(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (!NodeInputs.Of(node).Any(reached.Contains) || RuleTable.StopsGradients(node, options)) continue;
            foreach (var output in node.Output)
                if (output.Length > 0 && (!values.TryGetValue(output, out var info) || Carries(info, node)))
                    reached.Add(output);
        }

        return reached;
    }

    /// <summary>
    /// Codes of quantised values carry the gradient of the number that they stand for, unless a float was merely cut
    /// off to an integer.
    /// </summary>
    private static bool Carries(ValueInfo value, NodeProto node) => value.IsFloat
        || (OperatorTable.Find(node)?.Passes != PassThrough.Converted
            && ElementType.Of((int)value.Type) is { IsInteger: true })
        || OperatorTable.Find(node) is { Quantized.Count: > 0 }; // Sums of products of codes.

    private static string? Total(GraphBuilder builder, Dictionary<string, List<string>> gradients, string value)
    {
        if (!gradients.TryGetValue(value, out var parts)) return null;
        if (parts.Count > 1)
        {
            var sum = parts.Aggregate(builder.Add);
            parts.Clear();
            parts.Add(sum);
        }

        return parts[0];
    }

    /// <summary>Sums over the axes along which the forward op had repeated a value.</summary>
    private static string Unbroadcast(GraphBuilder builder, string value, long[] from, long[] to)
    {
        if (from.AsSpan().SequenceEqual(to)) return value;
        var lead = from.Length - to.Length;
        var axes = Enumerable.Range(0, from.Length)
            .Where(axis => axis < lead || (to[axis - lead] == 1 && from[axis] != 1))
            .Select(axis => (long)axis).ToArray();
        var sum = axes.Length == 0 ? value : builder.ReduceSum(value, axes, keepDims: true);
        return builder.Reshape(sum, to);
    }
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rewriting.Classical;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// The form of a model whose trees, linear models and support vector machines (ai.onnx.ml) are written out of standard
/// ops, their attributes constants that bear their tensor paths. It computes what ONNX Runtime's kernels do.
/// </summary>
/// <remarks>
/// Classes that such an op names stay its own: nodes that give them are kept beside, for that alone. So nodes are left
/// as they are where something is computed from them.
/// </remarks>
internal static class ClassicalModels
{
    private const string Prefix = "onnxsplitter::classical::";

    // By op: writes the scores, and returns their name. Of ops with two outputs, they are the second.
    private static readonly Dictionary<Operator, (Func<ClassicalNode, string> Write, int Output)> Writers = new()
    {
        [Op("LinearClassifier")] = (LinearModels.Classifier, 1),
        [Op("LinearRegressor")] = (LinearModels.Regressor, 0),
        [Op("Scaler")] = (LinearModels.Scaler, 0),
        [Op("SVMClassifier")] = (SupportVectorMachines.Classifier, 1),
        [Op("SVMRegressor")] = (SupportVectorMachines.Regressor, 0),
        [Op("TreeEnsemble")] = (TreesOfRoots.Regressor, 0),
        [Op("TreeEnsembleClassifier")] = (TreeEnsembles.Classifier, 1),
        [Op("TreeEnsembleRegressor")] = (TreeEnsembles.Regressor, 0),
        [Op("ZipMap")] = (ZipMaps.Scores, 0),
    };

    /// <summary>Brings a model into this form.</summary>
    /// <param name="model">Without functions, nodes with their names in paths. Changed in place.</param>
    public static void Apply(ModelProto model) => Apply(
        model.Graph, Prefix, model.OpsetImport.First(import => import.Domain is "" or "ai.onnx").Version);

    /// <summary>Nodes of a model in this form that are still there as they were, and why, as a sentence.</summary>
    /// <param name="nodes">Its nodes, those of branches included.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="opset">Version of the default operator set.</param>
    public static IEnumerable<(string Name, string Why)> Kept(
        IReadOnlyList<NodeProto> nodes, GraphProto graph, long opset)
    {
        var names = new GraphNames(
            new GraphProto { Node = { nodes }, Initializer = { graph.Initializer }, Output = { graph.Output } });
        foreach (var node in nodes)
        {
            // One that is kept for its classes alone.
            if (node.Output is [_, var unused] && unused.Contains(Prefix, StringComparison.Ordinal)) continue;
            string why;
            try
            {
                Write(names, node, Prefix, opset);
                continue;
            }
            catch (GradientException e)
            {
                why = e.Message.TrimEnd('.');
            }

            yield return (node.Name, why);
        }
    }

    private static void Apply(GraphProto graph, string prefix, long opset)
    {
        var nodes = new List<NodeProto>();
        var names = new GraphNames(graph);
        foreach (var node in graph.Node)
        {
            foreach (var body in NodeInputs.Bodies(node)) Apply(body, $"{prefix}{node.Name}::", opset);
            try
            {
                var own = $"{prefix}{nodes.Count}::";
                if (Write(names, node, own, opset) is not { } written)
                {
                    nodes.Add(node);
                    continue;
                }

                nodes.AddRange(written.Node);
                graph.Initializer.AddRange(written.Initializer);
            }
            catch (GradientException)
            {
                nodes.Add(node);
            }
        }

        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        foreach (var output in graph.Output.Where(output => output.Type?.SequenceType?.ElemType?.MapType is not null))
            if (!nodes.Any(node => node.Output.Contains(output.Name) && OperatorTable.Find(node) == Op("ZipMap")))
                output.Type = null;
    }

    /// <summary>A node out of standard ops; null if it is none of these.</summary>
    private static GraphProto? Write(GraphNames names, NodeProto node, string prefix, long opset)
    {
        if (OperatorTable.Find(node) is not { } op || !Writers.TryGetValue(op, out var writer)) return null;
        var written = new GraphProto();
        var builder = new GraphBuilder(written, opset, prefix);
        var c = new ClassicalNode(node, written, builder);
        if (node.Input.Count != 1 || node.Attribute.DistinctBy(attribute => attribute.Name).Count()
            < node.Attribute.Count)
            throw c.Unsupported("it has several inputs, or attributes of one name");
        if (node.Output.Count <= writer.Output || node.Output[writer.Output].Length == 0)
            throw c.Unsupported("nothing reads its scores");
        if (op.Attributes.Count > 0 && names.IsShared(node)) throw c.Unsupported("another node has its name");
        if (op.Attributes.Any(attribute => names.Has($"{node.Name}/{attribute.Name}")))
            throw c.Unsupported("another tensor has the path of its weights");
        if (writer.Output == 1 && names.LeadsToFloats(node.Output[0]))
            throw c.Unsupported("numbers are computed from the classes that it names");
        var scores = writer.Write(c);
        builder.Alias(scores, node.Output[writer.Output]);
        if (writer.Output == 1 && node.Output[0].Length > 0)
        {
            var classes = node.Clone();
            classes.Output[1] = builder.NewName("unused");

            // Whoever looks back from the outputs meets the scores first, unless it is the op itself that stops them.
            written.Node.Insert(op.NoDerivative is null ? 0 : written.Node.Count, classes);
        }

        return written;
    }

    private static Operator Op(string name) => OperatorTable.Find(Operator.Classical, name)!;
}

using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// Brings nodes of opset 7 and later to the forms of opset <see cref="Target"/> (ONNX Changelog): attributes that
/// became inputs, ops that got another name, axes that changed their meaning. So rules and searches know one form of
/// each op.
/// </summary>
public static class OpsetUpgrade
{
    /// <summary>The least opset of an upgraded graph; newer ones stay as they are.</summary>
    public const long Target = GraphBuilder.MinimumOpset;

    /// <summary>The least opset that can be upgraded: ONNX Runtime runs none below.</summary>
    public const long Least = 7;

    // Opset 18 came with this version of the file format. Before the fourth, every constant had to be an input as well.
    private const long LeastIrVersion = 8;

    private static readonly string[] DefaultDomain = ["", "ai.onnx"];

    /// <summary>
    /// Upgrades a model in place, bodies of control flow included; model-local functions are not looked at.
    /// </summary>
    /// <exception cref="GradientException">Its opset is below <see cref="Least"/>.</exception>
    public static void Apply(ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var import = model.OpsetImport.FirstOrDefault(import => DefaultDomain.Contains(import.Domain));
        if (import is null) model.OpsetImport.Add(import = new OperatorSetIdProto { Version = Target });
        if (model.IrVersion < 4)
        {
            var constants = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            var inputs = model.Graph.Input.Where(input => !constants.Contains(input.Name)).ToArray();
            model.Graph.Input.Clear();
            model.Graph.Input.AddRange(inputs);
        }

        model.IrVersion = Math.Max(model.IrVersion, LeastIrVersion);
        if (import.Version >= Target) return;
        Apply(model.Graph, import.Version);
        import.Version = Target;
    }

    /// <summary>Upgrades nodes of a body.</summary>
    /// <param name="nodes">The nodes; not changed, but for the bodies of their control flow.</param>
    /// <param name="opset">Version of the default operator set that they are written in.</param>
    /// <returns>The same nodes or what stands for them, in order.</returns>
    internal static IEnumerable<NodeProto> Apply(IEnumerable<NodeProto> nodes, long opset)
    {
        if (opset < Least)
        {
            throw new GradientException($"The model is written in opset {opset}; {Least} is the least that is known.",
                "Export it with a newer opset, or use Strategy random.");
        }

        foreach (var node in nodes)
        {
            foreach (var body in NodeInputs.Bodies(node)) Apply(body, opset);
            if (opset >= Target || !DefaultDomain.Contains(node.Domain)) yield return node;
            else
                foreach (var upgraded in new NodeUpgrade(node.Clone(), opset).Apply()) yield return upgraded;
        }
    }

    private static void Apply(GraphProto graph, long opset)
    {
        var nodes = Apply(graph.Node, opset).ToArray();
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }
}

using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Adds to a graph the gradient of its loss, for inputs of given shapes.</summary>
internal static class Differentiation
{
    private const string Microsoft = Operator.Microsoft;

    /// <summary>Writes out what is only defined, then appends the gradient.</summary>
    /// <param name="model">Its graph grows.</param>
    /// <param name="builder">Writes into the graph.</param>
    /// <param name="feeds">One value per graph input, from which all shapes are learnt. Owned by the caller.</param>
    /// <param name="loss">A float scalar of the graph.</param>
    /// <param name="targets">Names of what to differentiate with respect to.</param>
    /// <param name="values">Type and shape of every value.</param>
    /// <param name="options">How; null for the default.</param>
    /// <param name="sessions">Opens sessions of it; null for a graph that stands alone.</param>
    /// <returns>The gradients of those targets that influence the loss.</returns>
    /// <exception cref="GradientException">An op on the way can't be differentiated.</exception>
    public static GraphGradients Append(
        ModelProto model,
        GraphBuilder builder,
        IReadOnlyDictionary<string, OrtValue> feeds,
        string loss,
        IReadOnlyCollection<string> targets,
        out IReadOnlyDictionary<string, ValueInfo> values,
        GradientOptions? options = null,
        GraphSessions? sessions = null)
    {
        values = ValueProbe.Run(model, feeds, sessions);

        // What a definition is made of may itself be defined.
        options ??= GradientOptions.Default;
        while (DefinedOps.Expand(model.Graph, builder, values, loss, targets, options))
            values = ValueProbe.Run(model, feeds, sessions);
        if (options.Dialect == GradientDialect.Training && !model.OpsetImport.Any(import => import.Domain == Microsoft))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = Microsoft, Version = 1 });
        return GradientGraph.Append(model.Graph, builder, values, loss, targets, options);
    }
}

using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Execution;

/// <summary>
/// Finds out which way each If of a model goes on given inputs, and leaves only that one in the graph.
/// </summary>
internal static class ExecutedBranches
{
    /// <summary>Changes a model's main graph in place; an If in a Loop or a Scan stays.</summary>
    /// <param name="model">In its working form.</param>
    /// <param name="feeds">Makes one value per graph input; not called if there is no If.</param>
    /// <param name="sessions">Opens sessions of it; null for a graph that stands alone.</param>
    public static void Inline(ModelProto model, Func<FeedSet> feeds, GraphSessions? sessions = null)
    {
        if (WorkingForm.Conditions(model.Graph).Count == 0) return;
        using var values = feeds();
        while (WorkingForm.Conditions(model.Graph) is { Count: > 0 } conditions)
            if (!WorkingForm.TakeBranches(model.Graph, Ask(model, conditions, values, sessions))) break;
    }

    private static Dictionary<string, bool> Ask(
        ModelProto model, IReadOnlyList<string> conditions, FeedSet feeds, GraphSessions? sessions)
    {
        var probe = model.Clone();
        probe.Graph.Output.Clear();

        // Also a condition that is an input or a constant is an output then.
        foreach (var condition in conditions)
        {
            var output = new ValueInfoProto { Name = $"condition {condition}" };
            probe.Graph.Node.Add(
                new NodeProto { OpType = "Identity", Input = { condition }, Output = { output.Name } });
            probe.Graph.Output.Add(output);
        }

        using var session = (sessions ?? GraphSessions.Plain).Open(probe, optimised: false);
        using var run = new RunOptions();
        try
        {
            using var results = session.Run(run, [.. feeds.Values.Keys], [.. feeds.Values.Values],
                [.. probe.Graph.Output.Select(output => output.Name)]);
            return conditions.Zip(results).ToDictionary(
                pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<bool>()[0], StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"The model can't be run up to its If ops: {e.Message}",
                "Check that the data fits the model.", e);
        }
    }
}

using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>Refuses models that nothing can be measured of, and says what would help.</summary>
internal static class UnmeasurableModel
{
    /// <summary>Refuses a model that gives class numbers alone.</summary>
    /// <exception cref="ModelFormatException">It has no output of floats.</exception>
    public static void RefuseLabelsAlone(InferenceSession session, GraphProto graph)
    {
        if (ModelSignature.FloatOutputs(session).Length > 0) return;
        var producers = Producers(graph);
        foreach (var output in graph.Output)
            if (Scores(output.Name) is { } scores)
                throw new ModelFormatException(
                    $"Output '{output.Name}' holds class numbers without their scores, and the model has no other "
                    + "output of floats: how far a change leads can't be measured.",
                    $"Export the model with the value '{scores}', which '{output.Name}' is picked from, as an output "
                    + "too.");

        string? Scores(string value)
        {
            while (producers.TryGetValue(value, out var node) && node.Input.Count > 0)
            {
                if (OperatorTable.Find(node) is { NoDerivative: not null }) return node.Input[0];
                value = node.Input[0];
            }

            return null;
        }
    }

    /// <summary>Refuses an output that strings decide about, where inputs are drawn.</summary>
    /// <exception cref="ModelFormatException">An input of strings leads to the output, and none are known.</exception>
    public static void RefuseText(IReadOnlyList<ModelInput> inputs, GraphProto graph, string? output)
    {
        if (output is null) return;
        var leading = Ancestry.Of(graph.Node, output);
        if (inputs.FirstOrDefault(input =>
            input.Type == TensorElementType.String && leading.Contains(input.Name)
            && InputTexts.Of(graph, input.Name, leading).Count == 0) is { } text)
            throw new ModelFormatException(
                $"Output '{output}' depends on input '{text.Name}', which takes strings, and the model "
                + "does not say which it knows.",
                "Pass examples as Calibration (strings are arrays of str or bytes in a .npz file), or pick an output "
                + "that does not depend on it with ModelOutput.")
            {
                Properties = ["Calibration", "ModelOutput"],
            };
    }

    /// <summary>A refusal of examples or answers, and that the model was exported in training mode if it was.</summary>
    public static DataFormatException Explained(DataFormatException refusal, NodeProto training) => new(
        $"{refusal.Message} Node '{training.Name}' (op {training.OpType}) is in training mode: what it gives for an "
        + "example hangs on the others of the same run.",
        "Export the model for inference, so that no node is in training mode.", refusal);

    /// <summary>A node that is in training mode; null if there is none.</summary>
    public static NodeProto? Training(GraphProto graph) =>
        graph.Node.FirstOrDefault(node => node.Attribute.Any(a => a is { Name: "training_mode", I: not 0 }));

    private static Dictionary<string, NodeProto> Producers(GraphProto graph) =>
        graph.Node.SelectMany(node => node.Output.Select(output => (output, node)))
            .DistinctBy(pair => pair.output, StringComparer.Ordinal)
            .ToDictionary(pair => pair.output, pair => pair.node, StringComparer.Ordinal);
}

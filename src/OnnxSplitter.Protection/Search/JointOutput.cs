using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Worth.Cuts;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// All outputs that a search destroys, side by side as one output of the search's graph: a row per example.
/// </summary>
/// <param name="Signature">The model's, with that output.</param>
/// <param name="Blocks">What of the outputs lies where.</param>
/// <param name="Places">Likewise, behind them, what is read inside.</param>
/// <param name="Calibration">The examples, with what the original gives for each row.</param>
internal sealed record JointOutput(
    ModelSignature Signature, IReadOnlyList<OutputBlock> Blocks, IReadOnlyList<OutputBlock> Places,
    Dataset Calibration)
{
    private const string Name = $"{LossGraph.Prefix}outputs";

    /// <summary>Appends the output to the model's graph, and runs the model once.</summary>
    /// <param name="model">The model, at the original's values.</param>
    /// <param name="signature">Its signature.</param>
    /// <param name="outputs">What to put together, as it was measured.</param>
    /// <param name="places">Places inside that are read with labels.</param>
    /// <param name="calibration">Examples.</param>
    public static JointOutput Append(
        SearchModel model, ModelSignature signature, IReadOnlyList<MeasuredOutput> outputs,
        IReadOnlyList<(string Name, Cut Cut)> places, Dataset calibration)
    {
        var graph = model.Proto.Graph;
        var builder = new GraphBuilder(graph, model.Opset, $"{LossGraph.Prefix}joint::");
        var own = graph.Node.Count;
        var blocks = new List<OutputBlock>();
        var parts = new List<string>();
        var width = 0;
        foreach (var output in outputs)
        {
            var part = builder.Reshape(
                builder.Op("Cast", [output.Name], ("to", (long)TensorProto.Types.DataType.Float)), -1, output.Width);
            var entries = output.Entries;
            if (entries.Length < output.Width)
                part = builder.Op(
                    "Gather", [part, builder.Ints([.. entries.Select(entry => (long)entry)])], ("axis", 1L));
            blocks.Add(new OutputBlock(output.Name, width, entries.Length, output.Classes));
            parts.Add(part);
            width += entries.Length;
        }

        var inside = new List<OutputBlock>();
        foreach (var (name, features, columns) in PlaceFeatures.Append(model, builder, signature, places, calibration))
        {
            inside.Add(new OutputBlock(name, width, columns, signature.Classes) { Inside = 1 });
            parts.Add(features);
            width += columns;
        }

        builder.Alias(builder.Concat([.. parts], 1), Name);
        Advance(graph, own);
        graph.Output.Add(new ValueInfoProto { Name = Name });
        var joint = signature with { Output = Name, OutputDims = [width], OneByOne = false };
        using var session = model.Sessions.Load(model.Proto, joint);
        var rows = session.Outputs(calibration);
        var reference = new ReferenceOutputs(rows, new float[width], 1);
        return new JointOutput(joint, blocks, inside, calibration with { Reference = reference });
    }

    /// <summary>
    /// Puts each appended node behind the last that it reads from: where the graph is cut, rows cross then, and not
    /// what they are pooled from.
    /// </summary>
    private static void Advance(GraphProto graph, int own)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var behind = Enumerable.Range(0, own).Select(i => new List<NodeProto> { graph.Node[i] }).ToArray();
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            var place = i < own ? i
                : NodeInputs.Of(node).Select(name => places.GetValueOrDefault(name)).DefaultIfEmpty().Max();
            if (i >= own) behind[place].Add(node);
            foreach (var name in node.Output) places[name] = place;
        }

        graph.Node.Clear();
        graph.Node.AddRange(behind.SelectMany(nodes => nodes));
    }
}

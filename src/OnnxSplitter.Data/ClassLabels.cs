using System.Globalization;
using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>The labels of the classes that an output has scores of, where an op of the model names them.</summary>
internal static class ClassLabels
{
    private static readonly string[] Attributes = ["classlabels_int64s", "classlabels_ints", "classlabels_strings"];

    /// <summary>Those of an output.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="output">One of its outputs.</param>
    /// <returns>In the order of its columns; none if no op names them.</returns>
    public static IReadOnlyList<string> Of(GraphProto graph, string output)
    {
        var leading = Ancestry.Of(graph.Node, output);
        var last = graph.Node.LastOrDefault(node => node.Domain == Operator.Classical
            && node.Output.Any(leading.Contains) && node.Attribute.Any(IsLabels));
        if (last?.Attribute.FirstOrDefault(IsLabels) is not { } labels) return [];

        // What gives no classes, gives maps, which are read in the order of their keys.
        var mapped = last.Output.Count == 1;
        var texts = labels.Strings.Select(text => text.ToStringUtf8());
        if (labels.Strings.Count > 0)
            return [.. mapped ? texts.Order(MapKeys.Texts) : texts];
        return
        [
            .. (mapped ? labels.Ints.Order() : labels.Ints.AsEnumerable())
                .Select(label => label.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    private static bool IsLabels(AttributeProto attribute) =>
        Attributes.Contains(attribute.Name) && attribute.Ints.Count + attribute.Strings.Count > 0;
}

using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>The texts that a model tells apart, where an input of strings goes straight to what knows some.</summary>
internal static class InputTexts
{
    // Of encoders of ai.onnx.ml: LabelEncoder, OneHotEncoder, CategoryMapper.
    private static readonly string[] Keys = ["keys_strings", "keys_tensor", "cats_strings"];

    /// <summary>Looks at an input.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="input">One of its inputs.</param>
    /// <param name="leading">Values that matter; what is made of the input beside is not looked at.</param>
    /// <returns>None if something else reads it, or what is known is not at hand.</returns>
    public static IReadOnlyList<string> Of(GraphProto graph, string input, IReadOnlySet<string> leading)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { input };
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (!node.Input.Any(names.Contains) || !node.Output.Any(leading.Contains)) continue;
            var known = node.Attribute.Where(attribute => Keys.Contains(attribute.Name))
                .SelectMany(attribute => attribute.Strings.Concat(attribute.T?.StringData ?? [])).ToArray();
            if (known.Length > 0) texts.UnionWith(known.Select(text => text.ToStringUtf8()));
            else if (OperatorTable.Find(node) is { Passes: not PassThrough.None }) names.UnionWith(node.Output);
            else return [];
        }

        return [.. texts];
    }
}

using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// Nodes of a body on their way into the graph around it: own values get new names, what is outside keeps its.
/// </summary>
/// <param name="names">New names, by the old ones; it grows as own values are met.</param>
/// <param name="prefix">Starts the new name of every value that has none yet.</param>
internal sealed class Renaming(Dictionary<string, string> names, string prefix)
{
    /// <summary>The name of a value that the body itself makes.</summary>
    public string Own(string value)
    {
        if (value.Length == 0) return value;
        if (!names.TryGetValue(value, out var name)) names[value] = name = prefix + value;
        return name;
    }

    /// <summary>The name of a value that a node reads.</summary>
    public string Outer(string value) => names.GetValueOrDefault(value, value);

    /// <summary>A copy of a node, and of its bodies, in which all values have their new names.</summary>
    public NodeProto Node(NodeProto node)
    {
        var copy = node.Clone();
        if (copy.Name.Length > 0) copy.Name = prefix + copy.Name;
        for (var i = 0; i < copy.Input.Count; i++) copy.Input[i] = Outer(copy.Input[i]);
        for (var i = 0; i < copy.Output.Count; i++) copy.Output[i] = Own(copy.Output[i]);
        foreach (var attribute in copy.Attribute)
        {
            if (attribute.G is not null) Body(attribute.G);
            foreach (var body in attribute.Graphs) Body(body);
        }

        return copy;
    }

    /// <summary>Own values of an inner body keep their names, and hide outer ones of the same name.</summary>
    private void Body(GraphProto body)
    {
        var inner = new Dictionary<string, string>(names, StringComparer.Ordinal);
        foreach (var own in NodeInputs.OwnNames(body)) inner.Remove(own);
        var renaming = new Renaming(inner, "");
        for (var i = 0; i < body.Node.Count; i++)
        {
            var name = body.Node[i].Name;
            body.Node[i] = renaming.Node(body.Node[i]);
            body.Node[i].Name = name;
        }

        foreach (var output in body.Output) output.Name = renaming.Outer(output.Name);
    }
}
